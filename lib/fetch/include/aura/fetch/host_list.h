#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aura/fetch/url.h"

namespace aura::fetch {

/// The IP addresses that start with the same bits.
class Network {
 public:
  /// From "10.0.0.0/8", "fd00::/8", or an address alone. Nothing if `text` is neither.
  static std::optional<Network> parse(std::string_view text);

  /// `address` in network order: 4 bytes for IPv4, 16 for IPv6.
  bool contains(std::span<const std::uint8_t> address) const noexcept;

 private:
  std::array<std::uint8_t, 16> bytes_{};
  std::size_t address_bytes_ = 0;
  unsigned prefix_bits_ = 0;
};

/// Hosts that a setting names.
class HostList {
 public:
  /// Whether a name stands for its subdomains too; one that starts with a dot always does.
  enum class Names { kExact, kWithSubdomains };

  HostList() = default;

  /// The entries of `list`, between commas or blanks: "name", "name:port", an address with or
  /// without a port, a CIDR. Throws ConfigError that names `setting` and the entry that is none of
  /// these.
  static HostList parse(std::string_view setting, std::string_view list, Names names);

  /// Whether the list has `url`'s host by its name, and its port where one is given.
  bool has_name(const Url& url) const;
  /// Whether the list has `address`, in network order, where `port` is.
  bool has_address(std::span<const std::uint8_t> address, std::uint16_t port) const;

 private:
  struct Entry {
    std::string name;  ///< Without the dot that it started with; empty where there is a network.
    std::optional<Network> network;
    std::optional<std::uint16_t> port;
    bool subdomains = false;
  };
  static Entry parse_entry(std::string_view text, Names names);

  std::vector<Entry> entries_;
};

}  // namespace aura::fetch
