#include "target.h"

#include <algorithm>
#include <utility>

#include "aura/base/percent.h"
#include "aura/base/text.h"
#include "bad_request.h"

namespace aura::http {

std::string_view path_of(std::string_view target) noexcept {
  return target.substr(0, target.find('?'));
}

std::optional<std::string> decode_percent(std::string_view text) {
  auto decoded = percent_decode_strictly(text);
  return decoded && !find_invalid_utf8(*decoded) ? std::move(decoded) : std::nullopt;
}

Query query_of(std::string_view target) {
  Query parameters;
  const auto start = target.find('?');
  if (start == std::string_view::npos) return parameters;
  auto rest = target.substr(start + 1);
  while (!rest.empty()) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const auto equals = pair.find('=');
    const auto name = decode_percent(pair.substr(0, equals));
    const auto value = decode_percent(equals == std::string_view::npos ? std::string_view()
                                                                       : pair.substr(equals + 1));
    if (!name || !value) throw BadRequest("the query can't be decoded");
    parameters.try_emplace(*name, *value);
  }
  return parameters;
}

}  // namespace aura::http
