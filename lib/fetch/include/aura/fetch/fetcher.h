#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string_view>
#include <vector>

#include "aura/fetch/limits.h"

namespace aura::fetch {

/// Downloads files over http and https, certificates and host names verified. One may be used from
/// any number of threads at once.
class Fetcher {
 public:
  /// Reads the system's trust store, or the one that SSL_CERT_FILE and SSL_CERT_DIR name.
  explicit Fetcher(const FetchLimits& limits = {});
  ~Fetcher();
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;

  /// The file at `url` (see parse_url), never empty. Blocks the calling thread; follows redirects,
  /// but none from https to http.
  ///
  /// Throws Stopped soon after `stop` is triggered. Throws JobError, which names no more of the URL
  /// than its host:
  /// - not worth a retry: "url_invalid", "url_unsupported", "http_4xx", "too_large", "empty_body",
  ///   "content_encoding", "certificate_invalid", "too_many_redirects", "redirect_invalid",
  ///   "redirect_insecure";
  /// - worth one: "http_408", "http_425", "http_429" and "http_5xx" (with what Retry-After asks
  ///   for), "timeout", "host_not_found", "connection_refused", "connect_failed", "tls_failed",
  ///   "connection_lost" (also of a file cut short), "bad_response".
  std::vector<std::uint8_t> fetch(std::string_view url, std::stop_token stop = {}) const;

 private:
  struct Tls;
  FetchLimits limits_;
  std::unique_ptr<Tls> tls_;
};

}  // namespace aura::fetch
