#pragma once

#include <cstddef>
#include <string_view>

namespace aura::analysis {

/// Returns how many words `text` has: runs of anything but Unicode white space, as Python's
/// str.split() splits, which counted the words of existing rows. Bytes that are not UTF-8 count as
/// letters. Thread-safe.
std::size_t count_words(std::string_view text) noexcept;

}  // namespace aura::analysis
