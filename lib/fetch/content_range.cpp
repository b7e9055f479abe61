#include "content_range.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <charconv>

namespace aura::fetch {
namespace {

/// Removes a number from the front of `text` and returns it.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return number;
}

/// Removes `expected` from the front of `text`. Returns false if `text` starts otherwise.
bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

}  // namespace

std::optional<ContentRange> parse_content_range(std::string_view value) {
  constexpr std::string_view kUnit = "bytes";
  if (!boost::beast::iequals(value.substr(0, kUnit.size()), kUnit)) return std::nullopt;
  value.remove_prefix(kUnit.size());
  const auto separator = std::min(value.find_first_not_of(" =:"), value.size());
  if (separator == 0) return std::nullopt;
  value.remove_prefix(separator);
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
