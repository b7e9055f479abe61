#include "policy.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "aura/base/error.h"

namespace aura::fetch {
namespace {

namespace ip = boost::asio::ip;

/// Blocks of IPv4 that are not public, each with its source. See also
/// https://www.iana.org/assignments/iana-ipv4-special-registry
constexpr std::array<std::string_view, 16> kSpecialV4{
    "0.0.0.0/8",         // this host, this network: RFC 791
    "10.0.0.0/8",        // private: RFC 1918
    "100.64.0.0/10",     // shared by carriers (CGNAT): RFC 6598
    "127.0.0.0/8",       // loopback: RFC 1122
    "168.63.129.16/32",  // looks public, but is the host of each Azure machine
    "169.254.0.0/16",    // link-local, with clouds' metadata: RFC 3927
    "172.16.0.0/12",     // private: RFC 1918
    "192.0.0.0/24",      // protocol assignments: RFC 6890
    "192.0.2.0/24",      // documentation: RFC 5737
    "192.88.99.0/24",    // former 6to4 relays: RFC 7526
    "192.168.0.0/16",    // private: RFC 1918
    "198.18.0.0/15",     // benchmarks: RFC 2544
    "198.51.100.0/24",   // documentation: RFC 5737
    "203.0.113.0/24",    // documentation: RFC 5737
    "224.0.0.0/4",       // multicast: RFC 5771
    "240.0.0.0/4",       // reserved, with broadcast: RFC 1112, RFC 919
};

/// The addresses of public hosts (RFC 4291, 2.4). Not in this block: :: and ::1 (RFC 4291),
/// IPv4-mapped ::ffff:0:0/96 (RFC 4291), NAT64's 64:ff9b::/96 (RFC 6052) and
/// 64:ff9b:1::/48 (RFC 8215), the discard prefix 100::/64 (RFC 6666), segment routing 5f00::/16
/// (RFC 9602), private fc00::/7 (RFC 4193), link-local fe80::/10, site-local fec0::/10 (RFC 3879)
/// and multicast ff00::/8 (RFC 4291).
constexpr std::string_view kUnicastV6 = "2000::/3";

/// Blocks of kUnicastV6 that are not public. See also
/// https://www.iana.org/assignments/iana-ipv6-special-registry
constexpr std::array<std::string_view, 4> kSpecialV6{
    "2001::/23",      // protocol assignments, with Teredo (RFC 4380): RFC 2928
    "2001:db8::/32",  // documentation: RFC 3849
    "2002::/16",      // 6to4, contains an IPv4 address: RFC 3056
    "3fff::/20",      // documentation: RFC 9637
};

/// Top-level names that are local everywhere: this machine (RFC 6761), the local link (RFC 6762),
/// the home network (RFC 8375), and ICANN's name for private use.
constexpr std::array<std::string_view, 4> kLocalNames{"localhost", "local", "home.arpa",
                                                      "internal"};

template <std::size_t Count>
std::vector<Network> networks(const std::array<std::string_view, Count>& texts) {
  std::vector<Network> result;
  result.reserve(Count);
  for (const auto text : texts) result.push_back(Network::parse(text).value());
  return result;
}

bool is_in(const std::vector<Network>& list, std::span<const std::uint8_t> address) {
  return std::any_of(list.begin(), list.end(),
                     [&](const Network& network) { return network.contains(address); });
}

bool is_allowed(const ip::address& address, std::uint16_t port, const HostList& allowed) {
  const bool is_listed = address.is_v4() ? allowed.has_address(address.to_v4().to_bytes(), port)
                                         : allowed.has_address(address.to_v6().to_bytes(), port);
  return is_listed || is_public(address);
}

JobError forbidden(const Url& url) {
  return {"url_forbidden",
          "the audio link's host " + url.host +
              " is not open to the public: use a public link, or have an operator add the host to "
              "AURA_ALLOW_HOSTS",
          Retry::kNo};
}

}  // namespace

bool is_public(const ip::address& address) {
  static const auto special_v4 = networks(kSpecialV4);
  static const auto special_v6 = networks(kSpecialV6);
  static const auto unicast_v6 = Network::parse(kUnicastV6).value();
  if (address.is_v4()) return !is_in(special_v4, address.to_v4().to_bytes());
  const auto bytes = address.to_v6().to_bytes();
  return unicast_v6.contains(bytes) && !is_in(special_v6, bytes);
}

bool is_local_name(std::string_view host) {
  // Resolvers complete a name of one label with a search domain, or ask the local network.
  return host.find('.') == std::string_view::npos ||
         std::any_of(kLocalNames.begin(), kLocalNames.end(), [&](std::string_view local) {
           return host.ends_with(local) &&
                  (host.size() == local.size() || host[host.size() - local.size() - 1] == '.');
         });
}

void require_allowed(const Url& url, const std::vector<ip::tcp::endpoint>& endpoints,
                     const HostList& allowed) {
  if (allowed.has_name(url)) return;
  const bool all = std::all_of(endpoints.begin(), endpoints.end(), [&](const auto& endpoint) {
    return is_allowed(endpoint.address(), endpoint.port(), allowed);
  });
  if (!all) throw forbidden(url);
}

void require_allowed_by_name(const Url& url, const HostList& allowed) {
  boost::system::error_code is_name;
  const auto address = ip::make_address(url.host, is_name);
  if (!is_name) return require_allowed(url, {{address, url.port}}, allowed);
  if (is_local_name(url.host) && !allowed.has_name(url)) throw forbidden(url);
}

}  // namespace aura::fetch
