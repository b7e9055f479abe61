#include "aura/base/percent.h"

#include <catch2/catch.hpp>

using aura::Escapes;
using aura::percent_decode;
using aura::percent_decode_strictly;
using aura::percent_encode;
using namespace std::string_literals;
using namespace std::string_view_literals;

TEST_CASE("starts_with_escape: takes a percent sign and two hexadecimal digits") {
  for (const auto* text : {"%20", "%aF", "%00x"}) CHECK(aura::starts_with_escape(text));
  for (const auto* text : {"", "%", "%2", "%2g", "%g2", "20", "x%20", "%-1", "% 1"})
    CHECK(!aura::starts_with_escape(text));
}

TEST_CASE("percent_decode: decodes escapes once and keeps all else") {
  CHECK(percent_decode("a%20b%C3%a4") == "a b\xC3\xA4");
  CHECK(percent_decode("%2525") == "%25");
  CHECK(percent_decode("100%, %2 and %zz+%") == "100%, %2 and %zz+%");
  CHECK(percent_decode("%%41") == "%A");
  CHECK(percent_decode("a%00b") == "a\0b"s);
  CHECK(percent_decode("").empty());
}

TEST_CASE("percent_decode_strictly: refuses a lone percent sign and a NUL") {
  CHECK(percent_decode_strictly("a%20b%C3%a4+") == "a b\xC3\xA4+");
  CHECK(percent_decode_strictly("%2525") == "%25");
  CHECK(percent_decode_strictly("%ff") == "\xFF");  // whether it is UTF-8 is not checked
  CHECK(percent_decode_strictly("") == "");
  for (const auto* text : {"%", "a%2", "%zz", "%%41", "a%00b", "%4"})
    CHECK(!percent_decode_strictly(text));
  CHECK(!percent_decode_strictly("a\0b"sv));
}

TEST_CASE("percent_encode: encodes all but letters, digits and plain bytes") {
  CHECK(percent_encode("aZ09-/ %\xC3\n", "-/") == "aZ09-/%20%25%C3%0A");
  CHECK(percent_encode("/", "") == "%2F");
  CHECK(percent_encode("\0"sv, "") == "%00");
  CHECK(percent_encode("%41 %4 %", "") == "%2541%20%254%20%25");
}

TEST_CASE("percent_encode: keeps escapes if asked to") {
  CHECK(percent_encode("%41 %4 %%2f", "", Escapes::kKeep) == "%41%20%254%20%25%2f");
}

TEST_CASE("percent_encode: percent_decode undoes it, for every byte") {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  CHECK(percent_decode(percent_encode(bytes, "")) == bytes);
  CHECK(percent_decode_strictly(percent_encode(bytes.substr(1), "/?")) == bytes.substr(1));
}
