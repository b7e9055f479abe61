#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aura/fetch/url.h"

// Const members and static functions are thread-safe.
namespace aura::fetch {

/// A block of IP addresses that start with the same bits.
class Network {
 public:
  /// Returns the block that `text` writes: "10.0.0.0/8", "fd00::/8", or one address. Returns
  /// nothing for other texts.
  static std::optional<Network> parse(std::string_view text);

  /// Returns whether the block contains `address`: 4 bytes for IPv4, 16 for IPv6, in network order.
  bool contains(std::span<const std::uint8_t> address) const noexcept;

 private:
  std::array<std::uint8_t, 16> bytes_{};
  std::size_t address_bytes_ = 0;
  unsigned prefix_bits_ = 0;
};

/// The hosts that a setting lists.
class HostList {
 public:
  /// Whether a name includes its subdomains. A name that starts with a dot always does.
  enum class Names { kExact, kWithSubdomains };

  /// Makes an empty list.
  HostList() = default;

  /// Returns the entries of `list`: "name", "name:port", an address with or without a port, or a
  /// CIDR block. Commas or blanks separate them. Throws ConfigError if an entry is something else;
  /// the message names `setting` and the entry.
  static HostList parse(std::string_view setting, std::string_view list, Names names);

  /// Returns whether an entry has the name of `url`'s host, and its port if the entry has a port.
  bool has_name(const Url& url) const;
  /// Returns whether an entry contains `address`, in network order, and has `port` if it has a
  /// port.
  bool has_address(std::span<const std::uint8_t> address, std::uint16_t port) const;

 private:
  struct Entry {
    std::string name;  ///< Without a dot in front; empty if there is a network.
    std::optional<Network> network;
    std::optional<std::uint16_t> port;
    bool subdomains = false;
  };
  static Entry parse_entry(std::string_view text, Names names);

  std::vector<Entry> entries_;
};

}  // namespace aura::fetch
