#include "aura/fetch/host_list.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>

#include "aura/base/error.h"
#include "aura/base/text.h"

namespace aura::fetch {
namespace {

constexpr std::string_view kSeparators = ", \t\r\n";

bool is_port(const std::optional<std::uint16_t>& wanted, std::uint16_t port) {
  return !wanted || *wanted == port;
}

}  // namespace

std::optional<Network> Network::parse(std::string_view text) {
  const auto slash = std::min(text.find('/'), text.size());
  boost::system::error_code malformed;
  const auto address = boost::asio::ip::make_address(std::string(text.substr(0, slash)), malformed);
  if (malformed || (address.is_v6() && address.to_v6().scope_id() != 0)) return std::nullopt;

  Network network;
  const auto keep = [&](const auto& bytes) {
    network.address_bytes_ = bytes.size();
    std::copy(bytes.begin(), bytes.end(), network.bytes_.begin());
  };
  if (address.is_v4()) {
    keep(address.to_v4().to_bytes());
  } else {
    keep(address.to_v6().to_bytes());
  }
  network.prefix_bits_ = static_cast<unsigned>(network.address_bytes_ * 8);
  if (slash == text.size()) return network;

  const char* const end = text.data() + text.size();
  const unsigned most = network.prefix_bits_;
  const auto [stop, error] = std::from_chars(text.data() + slash + 1, end, network.prefix_bits_);
  if (error != std::errc{} || stop != end || network.prefix_bits_ > most) return std::nullopt;
  return network;
}

bool Network::contains(std::span<const std::uint8_t> address) const noexcept {
  if (address.size() != address_bytes_) return false;
  const std::size_t whole = prefix_bits_ / 8;
  if (!std::equal(address.begin(), address.begin() + static_cast<std::ptrdiff_t>(whole),
                  bytes_.begin())) {
    return false;
  }
  const unsigned rest = prefix_bits_ % 8;
  return rest == 0 || (address[whole] ^ bytes_[whole]) >> (8 - rest) == 0;
}

HostList HostList::parse(std::string_view setting, std::string_view list, Names names) {
  HostList hosts;
  while (true) {
    list.remove_prefix(std::min(list.find_first_not_of(kSeparators), list.size()));
    if (list.empty()) return hosts;
    const auto text = list.substr(0, list.find_first_of(kSeparators));
    list.remove_prefix(text.size());
    try {
      hosts.entries_.push_back(parse_entry(text, names));
    } catch (const JobError&) {
      throw ConfigError(std::string(setting) + " must list host, host:port or address/bits, not '" +
                        one_line(text, 60) + "'");
    }
  }
}

HostList::Entry HostList::parse_entry(std::string_view text, Names names) {
  Entry entry;
  entry.network = Network::parse(text);
  if (entry.network) return entry;

  entry.subdomains = names == Names::kWithSubdomains || text.starts_with('.');
  if (text.starts_with('.')) text.remove_prefix(1);
  const std::string authority(text.substr(0, text.find_first_of("/?#")));
  // Parses the host as in a URL. The entry has a port if both schemes give the same port.
  const Url url = parse_url("http://" + authority);
  if (authority.size() != text.size()) throw JobError("url_invalid", "not a host", Retry::kNo);
  if (url.port == parse_url("https://" + authority).port) entry.port = url.port;
  entry.network = Network::parse(url.host);
  if (!entry.network) entry.name = url.host;
  return entry;
}

bool HostList::has_name(const Url& url) const {
  const std::string_view host = url.host;
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    if (entry.network || !is_port(entry.port, url.port) || !host.ends_with(entry.name)) {
      return false;
    }
    const auto before = host.size() - entry.name.size();
    return before == 0 || (entry.subdomains && host[before - 1] == '.');
  });
}

bool HostList::has_address(std::span<const std::uint8_t> address, std::uint16_t port) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.network && is_port(entry.port, port) && entry.network->contains(address);
  });
}

}  // namespace aura::fetch
