#include "aura/analysis/tonal.h"

#include <catch2/catch.hpp>
#include <string>

namespace aura::analysis {

TEST_CASE("tonal: keys have the codes of the Camelot wheel and of Open Key Notation") {
  struct Codes {
    const char* key;
    const char* scale;
    const char* camelot;
    const char* open_key;
  };
  for (const auto& [key, scale, camelot, open_key] :
       {Codes{"C", "major", "8B", "1d"}, Codes{"A", "minor", "8A", "1m"},
        Codes{"G", "major", "9B", "2d"}, Codes{"E", "minor", "9A", "2m"},
        Codes{"F", "major", "7B", "12d"}, Codes{"D", "minor", "7A", "12m"},
        Codes{"E", "major", "12B", "5d"}, Codes{"C#", "minor", "12A", "5m"},
        Codes{"B", "major", "1B", "6d"}, Codes{"Ab", "minor", "1A", "6m"},
        Codes{"F#", "major", "2B", "7d"}, Codes{"Eb", "minor", "2A", "7m"},
        Codes{"C#", "major", "3B", "8d"}, Codes{"Bb", "minor", "3A", "8m"},
        Codes{"Bb", "major", "6B", "11d"}, Codes{"G", "minor", "6A", "11m"}}) {
    INFO(key << " " << scale);
    CHECK(camelot_code(key, scale) == camelot);
    CHECK(open_key_code(key, scale) == open_key);
  }
}

TEST_CASE("tonal: what is no key has no code") {
  for (const auto* key : {"", "H", "Db", "\x1b[31m"}) {
    CHECK(camelot_code(key, "major").empty());
    CHECK(open_key_code(key, "minor").empty());
  }
  CHECK(camelot_code("C", "").empty());
  CHECK(open_key_code("C", "dorian").empty());
}

}  // namespace aura::analysis
