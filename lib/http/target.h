#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace aura::http {

/// The path of a request's target, as it was sent.
std::string_view path_of(std::string_view target) noexcept;

/// `text` with its percent-encoding undone; nothing where that is broken, or where what comes out
/// is not well-formed UTF-8 or holds a NUL, which no database takes.
std::optional<std::string> decode_percent(std::string_view text);

/// The parameters in a target's query, decoded; of two of one name, the first. Throws BadRequest
/// where one can't be decoded.
std::map<std::string, std::string> query_of(std::string_view target);

}  // namespace aura::http
