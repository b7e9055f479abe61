#include "content_range.h"

#include <charconv>

namespace aura::fetch {
namespace {

/// Takes a number off the front of `text`.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return number;
}

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

}  // namespace

std::optional<ContentRange> parse_content_range(std::string_view value) {
  if (!take(value, "bytes ")) return std::nullopt;
  const auto first = take_number(value);
  if (!first || !take(value, "-")) return std::nullopt;
  const auto last = take_number(value);
  if (!last || !take(value, "/")) return std::nullopt;
  ContentRange range{*first, *last, std::nullopt};
  if (value != "*") {
    range.size = take_number(value);
    if (!range.size || !value.empty() || range.last >= *range.size) return std::nullopt;
  }
  return range.first <= range.last ? std::optional(range) : std::nullopt;
}

}  // namespace aura::fetch
