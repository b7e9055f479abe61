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
  std::string host;
  std::uint16_t port = 0;
  std::string authorization;  ///< The Proxy-Authorization to send; secret; empty for none.
};

/// Which proxy leads to which host.
class Proxies {
 public:
  Proxies() = default;

  /// From HTTP_PROXY and HTTPS_PROXY ("http://[user:password@]host:port"), for the URLs of that
  /// scheme, and NO_PROXY (names, which stand for their subdomains too, addresses, CIDR; or "*").
  /// The names in lower case win. Throws ConfigError, which doesn't repeat a proxy's URL.
  static Proxies from(const Env& env);

  /// The proxy to ask for `url`; null to go there directly, as always to this machine itself.
  const Proxy* find(const Url& url) const;

 private:
  std::optional<Proxy> http_;
  std::optional<Proxy> https_;
  HostList direct_;
};

}  // namespace aura::fetch
