#pragma once

#include <string>
#include <string_view>

// Thread-safe.
namespace aura::fetch {

/// Returns whether `text` starts with "%" and two hexadecimal digits.
bool starts_with_escape(std::string_view text);

/// Returns `text` with each "%" and two hexadecimal digits decoded. Keeps other "%".
std::string percent_decode(std::string_view text);

/// Returns `text` with each byte percent-encoded that a path or a query may not hold (RFC 3986, 3.3
/// and 3.4), also a lone "%".
std::string percent_encode(std::string_view text);

}  // namespace aura::fetch
