#pragma once

#include <cstddef>
#include <string_view>

namespace aura::analysis {

/// How many words `text` has: runs of anything but Unicode white space (what Python's str.split()
/// splits on, since that counted the rows that users have). Bytes that are not UTF-8 count as
/// letters.
std::size_t count_words(std::string_view text) noexcept;

}  // namespace aura::analysis
