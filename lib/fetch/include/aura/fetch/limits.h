#pragma once

#include <chrono>
#include <cstddef>

#include "aura/fetch/host_list.h"
#include "aura/fetch/proxies.h"

namespace aura {
class Env;
}

namespace aura::fetch {

/// What downloads may take, and where they may lead. The settings' names stand beside their
/// members.
struct FetchLimits {
  /// Of the body, counted as it arrives. MAX_AUDIO_MB
  std::size_t max_bytes = std::size_t{200} << 20;
  /// Of the status line and the headers of one reply. FETCH_MAX_HEADER_KB
  std::size_t max_header_bytes = std::size_t{32} << 10;
  /// FETCH_MAX_REDIRECTS
  int max_redirects = 5;
  /// Downloads at once from one host; the others wait. FETCH_PER_HOST
  std::size_t per_host = 8;

  // Each of the steps for each of the hosts that a download leads to.
  /// FETCH_RESOLVE_TIMEOUT
  std::chrono::milliseconds resolve_timeout = std::chrono::seconds(10);
  /// TCP, over all of a host's addresses. FETCH_CONNECT_TIMEOUT
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);
  /// FETCH_TLS_TIMEOUT
  std::chrono::milliseconds tls_timeout = std::chrono::seconds(10);
  /// From the request to the first byte of the reply. FETCH_FIRST_BYTE_TIMEOUT
  std::chrono::milliseconds first_byte_timeout = std::chrono::seconds(30);
  /// Between one piece of the reply and the next. FETCH_IDLE_TIMEOUT
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(20);
  /// The whole download, redirects included, but not the wait for a turn (per_host), which is none
  /// of the server's doing. FETCH_TIMEOUT
  std::chrono::milliseconds total_timeout = std::chrono::seconds(300);

  /// Hosts that need not be public. AURA_ALLOW_HOSTS
  HostList allowed_hosts;
  /// HTTP_PROXY, HTTPS_PROXY, NO_PROXY
  Proxies proxies;

  /// The limits that `env` sets; the defaults above for the rest. Throws ConfigError.
  static FetchLimits from(const Env& env);
};

}  // namespace aura::fetch
