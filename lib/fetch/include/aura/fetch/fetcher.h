#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>

#include "aura/base/spool.h"
#include "aura/fetch/limits.h"

namespace aura::fetch {

/// Downloads files over http and https, certificates and host names verified, in a thread of its
/// own, which never waits for any one of them. One may be used from any number of threads at once.
class Fetcher {
 public:
  /// The file, or what kept it from arriving.
  using Outcome = std::variant<Spool, std::exception_ptr>;
  using Done = std::function<void(Outcome)>;

  /// Reads the system's trust store, or the one that SSL_CERT_FILE and SSL_CERT_DIR name.
  explicit Fetcher(const FetchLimits& limits = {});
  /// Stops what is under way and waits for its `done`.
  ~Fetcher();
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;

  /// Begins to download the file at `url` (see parse_url) and returns at once. Follows redirects,
  /// but none from https to http, and goes only where limits.allowed_hosts and its addresses allow.
  /// Every call downloads at once, but for limits.per_host: how many that are is the caller's
  /// business.
  ///
  /// `done` is called once, from the fetcher's thread, which waits for it meanwhile: it should only
  /// pass on what it gets, and may throw nothing. The file is never empty. What is thrown instead
  /// is Stopped soon after `stop` is triggered, or a JobError, which names no more of the URL than
  /// its host:
  /// - not worth a retry: "url_invalid", "url_unsupported", "url_forbidden", "http_4xx",
  ///   "too_large", "empty_body", "web_page", "content_encoding", "certificate_invalid",
  ///   "too_many_redirects", "redirect_invalid", "redirect_insecure", and "host_not_found" of a
  ///   public name that doesn't exist;
  /// - worth one: "http_202", "http_408", "http_423", "http_425", "http_5xx", "timeout",
  ///   "host_not_found" of any other name, "connection_refused", "connect_failed", "proxy_failed",
  ///   "tls_failed", "connection_lost" (also of a file cut short), "bad_response", "no_space";
  /// - a wait, where retry_after() has a value: "http_429" and "http_503".
  void start(std::string url, std::stop_token stop, Done done) const;

  /// The same, for a caller who has time: returns the file or throws.
  Spool fetch(std::string_view url, std::stop_token stop = {}) const;

  /// What has arrived of the files that have not wholly arrived.
  std::size_t bytes_in_flight() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace aura::fetch
