#pragma once

#include <chrono>
#include <cstddef>

namespace aura {
class Env;
}

namespace aura::fetch {

/// What one download may take. The settings' names stand beside their members.
struct FetchLimits {
  /// Of the body, counted as it arrives. MAX_AUDIO_MB
  std::size_t max_bytes = std::size_t{200} << 20;
  /// Of the status line and the headers of one reply. FETCH_MAX_HEADER_KB
  std::size_t max_header_bytes = std::size_t{32} << 10;
  /// FETCH_MAX_REDIRECTS
  int max_redirects = 5;
  /// Name look-up, TCP connection and TLS handshake together, for each host. FETCH_CONNECT_TIMEOUT
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);
  /// Between one piece of the reply and the next, the first among them. FETCH_IDLE_TIMEOUT
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(20);
  /// The whole download, redirects included. FETCH_TIMEOUT
  std::chrono::milliseconds total_timeout = std::chrono::seconds(300);

  /// The limits that `env` sets; the defaults above for the rest. Throws ConfigError.
  static FetchLimits from(const Env& env);
};

}  // namespace aura::fetch
