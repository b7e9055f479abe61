#include "aura/analysis/lyrics.h"

#include <algorithm>
#include <array>

namespace aura::analysis {
namespace {

/// White space beyond ASCII, as UTF-8.
constexpr std::array<std::string_view, 19> kWideBlanks{
    "\u0085", "\u00A0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
    "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200A",
    "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"};

/// The length of the white space character that `text` starts with; 0 if it starts with none.
std::size_t blank_length(std::string_view text) noexcept {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) {
    return first == ' ' || (first >= 0x09 && first <= 0x0D) || (first >= 0x1C && first <= 0x1F) ? 1
                                                                                                : 0;
  }
  const auto* const blank = std::find_if(kWideBlanks.begin(), kWideBlanks.end(),
                                         [&](std::string_view b) { return text.starts_with(b); });
  return blank == kWideBlanks.end() ? 0 : blank->size();
}

}  // namespace

std::size_t count_words(std::string_view text) noexcept {
  std::size_t words = 0;
  bool in_word = false;
  while (!text.empty()) {
    const std::size_t blank = blank_length(text);
    if (blank == 0 && !in_word) ++words;
    in_word = blank == 0;
    text.remove_prefix(std::max<std::size_t>(blank, 1));
  }
  return words;
}

}  // namespace aura::analysis
