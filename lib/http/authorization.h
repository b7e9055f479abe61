#pragma once

#include <string_view>

namespace aura::http {

/// Returns whether the value of a header Authorization holds `token`: as `Bearer TOKEN`, or as the
/// password of `Basic` with any user name (RFC 7617), which browsers ask for. The time it takes
/// reveals only the token's length. Thread-safe.
bool holds_token(std::string_view authorization, std::string_view token);

}  // namespace aura::http
