#include "unwrap.h"

#include <catch2/catch.hpp>
#include <string>

namespace aura::fetch {
namespace {

TEST_CASE("unwrap: what shows nothing around a link is dropped") {
  for (const std::string blank :
       {" ",      "\t",     "\r\n",   "\v",     "\f",     "\u0085", "\u00A0", "\u00AD", "\u1680",
        "\u180E", "\u2000", "\u2003", "\u200B", "\u200D", "\u200E", "\u200F", "\u2028", "\u202A",
        "\u202F", "\u205F", "\u2060", "\u2066", "\u2069", "\u3000", "\uFEFF"}) {
    CAPTURE(blank);
    CHECK(unwrap(blank + "https://h/a" + blank + " " + blank) == "https://h/a");
    CHECK(unwrap(blank + blank).empty());
    CHECK(trim_blanks("a" + blank + "b") == "a" + blank + "b");
  }
}

TEST_CASE("unwrap: a pair of quotation marks or brackets around a link is dropped") {
  const std::string link = "https://h/a";
  for (const auto& [before, behind] : std::initializer_list<std::pair<std::string, std::string>>{
           {"<", ">"},
           {"\"", "\""},
           {"'", "'"},
           {"`", "`"},
           {"(", ")"},
           {"[", "]"},
           {"\u201C", "\u201D"},
           {"\u201E", "\u201C"},
           {"\u2018", "\u2019"},
           {"\u00AB", "\u00BB"},
           {"\u00BB", "\u00AB"},
           {"\u2039", "\u203A"},
           {"\u300C", "\u300D"},
           {"\u300A", "\u300B"},
           {"\uFF02", "\uFF02"},
           {"\"<", ">\""},
           {" \u201C\u00A0", "\u00A0\u201D\n"}}) {
    CAPTURE(before, behind);
    CHECK(unwrap(before + link + behind) == link);
  }
}

TEST_CASE("unwrap: what may be part of the link stays") {
  for (const std::string text :
       {"https://h/a\"", "https://h/a)", "https://h/(a)", "https://h/a>", "https://h/a_(b)",
        "\"https://h/a", "\u00E4", "\u2192a\u2192", "", "\"", "'"}) {
    CAPTURE(text);
    CHECK(unwrap(text) == text);
  }
  CHECK(unwrap("(https://h/a_(b))") == "https://h/a_(b)");
  CHECK(unwrap("\"\"").empty());
}

}  // namespace
}  // namespace aura::fetch
