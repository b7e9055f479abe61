// Whatever lyrics hold: words are counted as Python's str.split() would, cutting leaves a beginning
// in whole characters, and a line for a log is one line of UTF-8.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "aura/analysis/lyrics.h"
#include "aura/base/text.h"

namespace {

using aura::analysis::count_words;

void require(bool holds) {
  if (!holds) std::abort();
}

/// The first byte of `data` says where the rest is cut in two, or how long it may be.
void check(std::string_view text, std::size_t at) {
  const auto words = count_words(text);
  require(words <= (text.size() + 1) / 2);
  require(count_words(std::string(text) + " ") == words);
  require(count_words(std::string(text) + "\u3000one") == words + 1);

  std::string cut(text);
  const bool was_cut = aura::cut_utf8(cut, at);
  require(was_cut == (text.size() > at) && cut.size() <= at && text.starts_with(cut));
  require(count_words(cut) <= words);
  if (!aura::find_invalid_utf8(text)) {
    require(!aura::find_invalid_utf8(cut));
    require(!was_cut || cut.size() + 4 > at);
    // A word that is cut in two counts twice at most.
    const auto rest = count_words(text.substr(cut.size()));
    require(count_words(cut) + rest == words || count_words(cut) + rest == words + 1);
  }

  const auto line = aura::one_line(text, at);
  require(line.size() <= std::max(at, std::string_view("…").size()));
  require(!aura::find_invalid_utf8(line));
  require(line.find_first_of("\n\r\x1b") == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  check({reinterpret_cast<const char*>(data + 1), size - 1}, data[0]);
  return 0;
}
