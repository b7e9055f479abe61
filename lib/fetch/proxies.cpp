#include "aura/fetch/proxies.h"

#include <boost/asio/ip/address.hpp>

#include "aura/base/env.h"
#include "aura/base/error.h"
#include "aura/base/percent.h"
#include "aura/base/text.h"

namespace aura::fetch {
namespace {

namespace ip = boost::asio::ip;

struct Setting {
  std::string_view name;
  std::string value;
};

/// Returns the setting `lower` if it is set, else `upper`. Its value is empty if neither is set.
Setting read(const Env& env, std::string_view lower, std::string_view upper) {
  if (auto value = env.find(lower)) return {lower, std::move(*value)};
  return {upper, env.text(upper, "")};
}

std::optional<Proxy> read_proxy(const Setting& setting) {
  if (setting.value.empty()) return std::nullopt;
  std::string_view text = setting.value;
  if (text.starts_with("http://")) text.remove_prefix(7);
  if (text.ends_with('/')) text.remove_suffix(1);
  Proxy proxy;
  try {
    if (text.find('/') != std::string_view::npos) throw JobError("url_invalid", "", Retry::kNo);
    const auto at = text.rfind('@');
    if (at != std::string_view::npos) {
      const auto user = percent_decode(text.substr(0, at));
      proxy.authorization = "Basic " + base64(std::as_bytes(std::span(user)));
      text.remove_prefix(at + 1);
    }
    Url url = parse_url("http://" + std::string(text));
    proxy.host = std::move(url.host);
    proxy.port = url.port;
  } catch (const JobError&) {
    throw ConfigError(std::string(setting.name) +
                      " must look like http://proxy.example:3128, with user:password@ before the "
                      "host if the proxy needs them");
  }
  return proxy;
}

bool is_this_machine(const Url& url) {
  boost::system::error_code is_name;
  const auto address = ip::make_address(url.host, is_name);
  return is_name ? url.host == "localhost" : address.is_loopback();
}

bool is_listed(const Url& url, const HostList& list) {
  boost::system::error_code is_name;
  const auto address = ip::make_address(url.host, is_name);
  if (is_name) return list.has_name(url);
  return address.is_v4() ? list.has_address(address.to_v4().to_bytes(), url.port)
                         : list.has_address(address.to_v6().to_bytes(), url.port);
}

}  // namespace

Proxies Proxies::from(const Env& env) {
  const auto none = read(env, "no_proxy", "NO_PROXY");
  Proxies proxies;
  proxies.http_ = read_proxy(read(env, "http_proxy", "HTTP_PROXY"));
  proxies.https_ = read_proxy(read(env, "https_proxy", "HTTPS_PROXY"));
  if (none.value == "*") return {};
  proxies.direct_ = HostList::parse(none.name, none.value, HostList::Names::kWithSubdomains);
  return proxies;
}

const Proxy* Proxies::find(const Url& url) const {
  const auto& proxy = url.https ? https_ : http_;
  return !proxy || is_this_machine(url) || is_listed(url, direct_) ? nullptr : &*proxy;
}

}  // namespace aura::fetch
