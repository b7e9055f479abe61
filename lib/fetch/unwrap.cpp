#include "unwrap.h"

#include <array>
#include <cstddef>
#include <span>

namespace aura::fetch {
namespace {

/// A range of characters in UTF-8, all of the same length in bytes.
struct Range {
  std::string_view first;
  std::string_view last;
};

constexpr std::array kBlanks{
    Range{"\t", "\r"},          // tabs, line feed, form feed, carriage return
    Range{" ", " "},            //
    Range{"\u0085", "\u0085"},  // next line
    Range{"\u00A0", "\u00A0"},  // no-break space
    Range{"\u00AD", "\u00AD"},  // soft hyphen
    Range{"\u1680", "\u1680"},  // Ogham's space
    Range{"\u180E", "\u180E"},  // Mongolian's vowel separator
    Range{"\u2000", "\u200F"},  // spaces, zero-width spaces, marks of direction
    Range{"\u2028", "\u202F"},  // separators of lines and paragraphs, embeddings, narrow space
    Range{"\u205F", "\u206F"},  // mathematical space, word joiner, isolates
    Range{"\u3000", "\u3000"},  // ideographic space
    Range{"\uFEFF", "\uFEFF"},  // byte order mark, zero-width no-break space
};

// A link begins with none of these, so a pair around a link does not belong to it.
constexpr std::array kQuotes{
    Range{"\"", "\""},          //
    Range{"'", ")"},            // ' ( )
    Range{"<", "<"},            //
    Range{">", ">"},            //
    Range{"[", "["},            //
    Range{"]", "]"},            //
    Range{"`", "`"},            //
    Range{"\u00AB", "\u00AB"},  // «
    Range{"\u00BB", "\u00BB"},  // »
    Range{"\u2018", "\u201F"},  // ‘ ’ ‚ ‛ “ ” „ ‟
    Range{"\u2039", "\u203A"},  // ‹ ›
    Range{"\u3008", "\u300F"},  // 〈 〉 《 》 「 」 『 』
    Range{"\uFF02", "\uFF02"},  // ＂
};

enum class End { kFront, kBack };

/// Returns the length in bytes of the character at `end` of `text`; 0 if it is not in `ranges`.
std::size_t length_at(End end, std::string_view text, std::span<const Range> ranges) {
  for (const auto& [first, last] : ranges) {
    if (text.size() < first.size()) continue;
    const auto found =
        text.substr(end == End::kFront ? 0 : text.size() - first.size(), first.size());
    if (first <= found && found <= last) return first.size();
  }
  return 0;
}

}  // namespace

std::string_view trim_blanks(std::string_view text) {
  while (const auto count = length_at(End::kFront, text, kBlanks)) text.remove_prefix(count);
  while (const auto count = length_at(End::kBack, text, kBlanks)) text.remove_suffix(count);
  return text;
}

std::string_view unwrap(std::string_view text) {
  for (;;) {
    text = trim_blanks(text);
    const auto before = length_at(End::kFront, text, kQuotes);
    const auto behind = length_at(End::kBack, text, kQuotes);
    if (before == 0 || behind == 0 || before + behind > text.size()) return text;
    text = text.substr(before, text.size() - before - behind);
  }
}

}  // namespace aura::fetch
