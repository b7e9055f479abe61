#pragma once

#include <chrono>
#include <cstddef>

#include "aura/fetch/host_list.h"
#include "aura/fetch/proxies.h"

namespace aura {
class Env;
}

namespace aura::fetch {

/// Limits of downloads. Each member's comment names its setting.
struct FetchLimits {
  /// Size of the body, counted as it arrives. MAX_AUDIO_MB
  std::size_t max_bytes = std::size_t{200} << 20;
  /// Size of the status line and headers of one reply. FETCH_MAX_HEADER_KB
  std::size_t max_header_bytes = std::size_t{32} << 10;
  /// Redirects per download. FETCH_MAX_REDIRECTS
  int max_redirects = 5;
  /// Simultaneous downloads from one host; further downloads wait. FETCH_PER_HOST
  std::size_t per_host = 8;

  // The next five apply to each request of a download; a redirect starts them again.
  /// Resolving the host name. FETCH_RESOLVE_TIMEOUT
  std::chrono::milliseconds resolve_timeout = std::chrono::seconds(10);
  /// Connecting over TCP, for all addresses of a host together. FETCH_CONNECT_TIMEOUT
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);
  /// The TLS handshake. FETCH_TLS_TIMEOUT
  std::chrono::milliseconds tls_timeout = std::chrono::seconds(10);
  /// From the request to the first byte of the reply. FETCH_FIRST_BYTE_TIMEOUT
  std::chrono::milliseconds first_byte_timeout = std::chrono::seconds(30);
  /// From one piece of the reply to the next. FETCH_IDLE_TIMEOUT
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(20);
  /// The whole download with its redirects. The wait for `per_host` does not count. FETCH_TIMEOUT
  std::chrono::milliseconds total_timeout = std::chrono::seconds(300);

  /// Hosts that need not be public. AURA_ALLOW_HOSTS
  HostList allowed_hosts;
  /// HTTP_PROXY, HTTPS_PROXY, NO_PROXY
  Proxies proxies;

  /// Returns the limits that `env` sets, and the defaults above for the rest. Thread-safe. Throws
  /// ConfigError if a setting is wrong.
  static FetchLimits from(const Env& env);
};

}  // namespace aura::fetch
