#pragma once

#include <string_view>

namespace aura::fetch {

/// `text` without the characters around it that show nothing: blanks of any width, zero-width ones
/// too, line breaks, marks of direction, a byte order mark.
std::string_view trim_blanks(std::string_view text);

/// `text`, a link as somebody has written it, without blanks and without the pairs of quotation
/// marks or brackets around it: "<https://h/a>", "“https://h/a”".
std::string_view unwrap(std::string_view text);

}  // namespace aura::fetch
