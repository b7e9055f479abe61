#include "aura/analysis/lyrics.h"

#include <catch2/catch.hpp>
#include <string>

using aura::analysis::count_words;

TEST_CASE("count_words: words are what stands between white space of any kind") {
  CHECK(count_words("") == 0);
  CHECK(count_words(" \t\r\n\v\f ") == 0);
  CHECK(count_words("one") == 1);
  CHECK(count_words("  one, two\nthree  ") == 3);
  CHECK(count_words("eins\u00A0zwei\u2003drei\u3000vier\u2028fünf") == 5);
  CHECK(count_words("na\x1cna") == 2);  // Python counts the ASCII separators as white space
}

TEST_CASE("count_words: takes broken UTF-8 and a megabyte") {
  CHECK(count_words("caf\xe9 \xff\xfe ok") == 3);
  std::string much;
  while (much.size() < (1U << 20)) much += "la ";
  CHECK(count_words(much) == much.size() / 3);
}
