#include "query.h"

#include <charconv>
#include <limits>

#include "bad_request.h"

namespace aura::http {

std::optional<std::int64_t> number_in(std::string_view text, std::int64_t least,
                                      std::int64_t most) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = failure == std::errc() && end == text.data() + text.size();
  return is_number && number >= least && number <= most ? std::optional(number) : std::nullopt;
}

std::optional<std::string> parameter(const Query& query, const std::string& name) {
  const auto found = query.find(name);
  return found == query.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::int64_t> number_parameter(const Query& query, const std::string& name,
                                             std::int64_t least, std::int64_t most) {
  const auto text = parameter(query, name);
  if (!text) return std::nullopt;
  if (const auto number = number_in(*text, least, most)) return number;
  const bool has_most = most < std::numeric_limits<std::int64_t>::max();
  throw BadRequest(name + " must be a number from " + std::to_string(least) +
                   (has_most ? " to " + std::to_string(most) : " on"));
}

}  // namespace aura::http
