#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "aura/fetch/host_list.h"
#include "aura/fetch/url.h"

namespace aura {
class Env;
}

namespace aura::fetch {

/// An HTTP proxy.
struct Proxy {
  std::string host;  ///< As in Url.
  std::uint16_t port = 0;
  std::string authorization;  ///< Value of Proxy-Authorization; empty if none is sent. Secret.
};

/// Says which proxy leads to which host. Const members are thread-safe.
class Proxies {
 public:
  /// Uses no proxy.
  Proxies() = default;

  /// Reads HTTP_PROXY and HTTPS_PROXY ("http://[user:password@]host:port"), each for URLs of that
  /// scheme, and NO_PROXY: names with their subdomains, addresses, CIDR blocks, or "*". A name in
  /// lower case wins. Throws ConfigError if a value is wrong; the message does not repeat a
  /// proxy's URL. Thread-safe.
  static Proxies from(const Env& env);

  /// Returns the proxy for `url`, or null to connect directly. Hosts in NO_PROXY, localhost and
  /// loopback addresses need no proxy. The caller keeps this object alive and unchanged while it
  /// uses the pointer.
  const Proxy* find(const Url& url) const;

 private:
  std::optional<Proxy> http_;
  std::optional<Proxy> https_;
  HostList direct_;
};

}  // namespace aura::fetch
