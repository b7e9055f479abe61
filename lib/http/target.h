#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "query.h"

namespace aura::http {

// All functions here are thread-safe.

/// Returns the path of a request's target, still encoded.
std::string_view path_of(std::string_view target) noexcept;

/// Returns `text` with its percent-encoding decoded once. Returns nothing if an escape is broken or
/// the result is not UTF-8 or holds a NUL: databases refuse both.
std::optional<std::string> decode_percent(std::string_view text);

/// Returns the decoded parameters of a target's query. If a name occurs twice, the first value
/// counts. Throws BadRequest if a name or value can't be decoded.
Query query_of(std::string_view target);

}  // namespace aura::http
