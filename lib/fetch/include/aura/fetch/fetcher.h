#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "aura/fetch/limits.h"
#include "aura/fetch/outcome.h"

namespace aura::fetch {

/// Downloads files over http and https in a thread of its own. Verifies certificates and host
/// names. Thread-safe. The caller keeps the Fetcher alive until every call has returned.
class Fetcher {
 public:
  using Outcome = fetch::Outcome;
  using Done = fetch::Done;

  /// Starts the thread and copies `limits`. Loads the system's trust store, or the store that
  /// SSL_CERT_FILE and SSL_CERT_DIR name. Throws std::system_error if no thread can start, and
  /// boost::system::system_error if OpenSSL fails.
  explicit Fetcher(const FetchLimits& limits = {});
  /// Stops all downloads and blocks until each `done` has returned. Do not call it from `done`.
  ~Fetcher();  // NOLINT(bugprone-exception-escape): see its definition
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;

  /// Starts to download the file at `url` (see parse_url) and returns immediately. Only
  /// limits.per_host delays a download; the caller bounds the total. Follows redirects, except
  /// from https to http. Refuses hosts that are not public, unless limits.allowed_hosts lists them.
  /// If a proxy resolves the name, only the name itself is judged.
  ///
  /// Calls `done` once, from the fetcher's thread, which waits meanwhile: `done` must be quick and
  /// must not throw. The caller keeps alive what `done` uses until then. A file is never empty. The
  /// exception is Stopped soon after `stop` is requested, std::bad_alloc or std::system_error
  /// without memory or threads, or a JobError. A JobError's message names only the URL's host. Its
  /// code is
  /// - not worth a retry: "url_invalid", "url_unsupported", "url_forbidden", "http_206",
  ///   "http_4xx", "too_large", "empty_body", "web_page", "content_encoding",
  ///   "certificate_invalid", "too_many_redirects", "redirect_invalid", "redirect_insecure", and
  ///   "host_not_found" for a public name that does not exist;
  /// - worth a retry: "http_202", "http_408", "http_423", "http_425", "http_5xx", "timeout",
  ///   "host_not_found" for other names, "connection_refused", "connect_failed", "proxy_failed",
  ///   "tls_failed", "connection_lost" (also for a file cut short), "bad_response", "no_space",
  ///   "no_resources";
  /// - worth a retry after retry_after(), if it has a value: "http_429", "http_503".
  void start(std::string url, std::stop_token stop, Done done) const;

  /// Downloads the file at `url` as start() does, and blocks until it has arrived. Throws what
  /// start() passes to `done`. Do not call it from `done`.
  Download fetch(std::string_view url, std::stop_token stop = {}) const;

  /// Calls `task` once from the fetcher's thread, after all tasks that were posted before. Returns
  /// immediately. `task` must be quick and must not throw. Throws std::bad_alloc.
  void post(std::function<void()> task) const;

  /// Returns how many bytes have arrived of unfinished files.
  std::size_t bytes_in_flight() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace aura::fetch
