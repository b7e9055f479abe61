#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace aura::http {

/// The decoded parameters of a query, by name: see query_of().
using Query = std::map<std::string, std::string>;

// All functions here are thread-safe.

/// Returns the number that the whole `text` is; nothing if it is no number from `least` to `most`.
std::optional<std::int64_t> number_in(std::string_view text, std::int64_t least, std::int64_t most);

/// Returns the parameter `name`, or nothing if it is missing.
std::optional<std::string> parameter(const Query& query, const std::string& name);

/// As parameter(), for a number from `least` to `most`. Throws BadRequest, which names the
/// parameter and the numbers, if it is anything else.
std::optional<std::int64_t> number_parameter(const Query& query, const std::string& name,
                                             std::int64_t least, std::int64_t most);

}  // namespace aura::http
