#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace aura::fetch {

/// Which part of a file a reply with status 206 holds.
struct ContentRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::optional<std::uint64_t> size;  ///< Of the whole file, where the server says it.

  /// Whether it is all of the file.
  bool is_whole() const noexcept { return first == 0 && size && last + 1 == *size; }

  bool operator==(const ContentRange&) const = default;
};

/// From the value of a Content-Range header (RFC 9110, 14.4): "bytes 2-5/10", "bytes 2-5/*"; the
/// unit in either case, and, as some servers have it, "bytes=2-5/10" or "bytes: 2-5/10". Nothing
/// when there is no such range.
std::optional<ContentRange> parse_content_range(std::string_view value);

}  // namespace aura::fetch
