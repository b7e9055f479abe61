#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace aura::fetch {

/// The part of a file that a reply with status 206 holds. Positions are in bytes.
struct ContentRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::optional<std::uint64_t> size;  ///< Size of the whole file, if the server states it.

  /// Returns whether the part is the whole file.
  bool is_whole() const noexcept { return first == 0 && size && last + 1 == *size; }

  bool operator==(const ContentRange&) const = default;
};

/// Returns the range in the value of a Content-Range header (RFC 9110, 14.4): "bytes 2-5/10" or
/// "bytes 2-5/*". Accepts the unit in either case, and "bytes=2-5/10" and "bytes: 2-5/10", which
/// some servers send. Returns nothing for other values. Thread-safe.
std::optional<ContentRange> parse_content_range(std::string_view value);

}  // namespace aura::fetch
