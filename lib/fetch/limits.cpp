#include "aura/fetch/limits.h"

#include "aura/base/env.h"

namespace aura::fetch {

FetchLimits FetchLimits::from(const Env& env) {
  using std::chrono::hours;
  using std::chrono::milliseconds;
  FetchLimits limits;
  const auto bytes = [&](std::string_view name, std::size_t fallback, unsigned unit_bits,
                         std::int64_t max) {
    const auto units = static_cast<std::int64_t>(fallback >> unit_bits);
    return static_cast<std::size_t>(env.integer(name, units, 1, max)) << unit_bits;
  };
  const auto timeout = [&](std::string_view name, milliseconds fallback) {
    return env.seconds(name, fallback, milliseconds(100), hours(1));
  };
  limits.max_bytes = bytes("MAX_AUDIO_MB", limits.max_bytes, 20, 4096);
  limits.max_header_bytes = bytes("FETCH_MAX_HEADER_KB", limits.max_header_bytes, 10, 1024);
  limits.max_redirects =
      static_cast<int>(env.integer("FETCH_MAX_REDIRECTS", limits.max_redirects, 0, 20));
  limits.per_host = static_cast<std::size_t>(
      env.integer("FETCH_PER_HOST", static_cast<std::int64_t>(limits.per_host), 1, 1000));
  limits.resolve_timeout = timeout("FETCH_RESOLVE_TIMEOUT", limits.resolve_timeout);
  limits.connect_timeout = timeout("FETCH_CONNECT_TIMEOUT", limits.connect_timeout);
  limits.tls_timeout = timeout("FETCH_TLS_TIMEOUT", limits.tls_timeout);
  limits.first_byte_timeout = timeout("FETCH_FIRST_BYTE_TIMEOUT", limits.first_byte_timeout);
  limits.idle_timeout = timeout("FETCH_IDLE_TIMEOUT", limits.idle_timeout);
  limits.total_timeout = timeout("FETCH_TIMEOUT", limits.total_timeout);
  limits.allowed_hosts = HostList::parse("AURA_ALLOW_HOSTS", env.text("AURA_ALLOW_HOSTS", ""),
                                         HostList::Names::kExact);
  limits.proxies = Proxies::from(env);
  return limits;
}

}  // namespace aura::fetch
