#pragma once

#include <string_view>

// Thread-safe. Each result is a part of its argument, which the caller keeps alive.
namespace aura::fetch {

/// Returns `text` without invisible characters around it: blanks of any width, line breaks, marks
/// of direction, a byte order mark.
std::string_view trim_blanks(std::string_view text);

/// Returns the link `text` without blanks and without pairs of quotation marks or brackets around
/// it: "<https://h/a>", "“https://h/a”".
std::string_view unwrap(std::string_view text);

}  // namespace aura::fetch
