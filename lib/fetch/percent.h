#pragma once

#include <string>
#include <string_view>

namespace aura::fetch {

/// Whether `text` starts with "%" and two hexadecimal digits.
bool starts_with_escape(std::string_view text);

/// `text` with its percent-encoding undone; what only looks like it stays.
std::string percent_decode(std::string_view text);

/// `text` with all percent-encoded that may not stand in a path or a query (RFC 3986, 3.3 and 3.4),
/// a lone "%" too.
std::string percent_encode(std::string_view text);

}  // namespace aura::fetch
