#include "aura/base/text.h"

#include <catch2/catch.hpp>

using aura::base64;
using aura::find_invalid_utf8;
using aura::one_line;
using aura::redact_url;

TEST_CASE("find_invalid_utf8: finds the first byte that is not well formed") {
  CHECK(!find_invalid_utf8(""));
  CHECK(!find_invalid_utf8("Grüße, 世界 🎵"));
  CHECK(find_invalid_utf8("ab\xff") == 2U);
  CHECK(find_invalid_utf8("\xc0\x80") == 0U);          // overlong
  CHECK(find_invalid_utf8("x\xed\xa0\x80") == 1U);     // surrogate
  CHECK(find_invalid_utf8("\xf4\x90\x80\x80") == 0U);  // above U+10FFFF
  CHECK(find_invalid_utf8("caf\xc3") == 3U);           // cut short
}

TEST_CASE("one_line: no control character, no broken byte, no more than asked for") {
  CHECK(one_line("a\nb\tc\x1b[0m\x7f") == "a b c [0m ");
  CHECK(one_line("\u0085next\u2028line") == " next line");
  CHECK(one_line("bad\xff") == "bad\uFFFD");
  CHECK(one_line("12345678", 8) == "12345678");
  CHECK(one_line("123456789", 8) == "12345…");
  const auto cut = one_line("ééééééé", 8);
  CHECK(cut.size() <= 8);
  CHECK(!find_invalid_utf8(cut));
}

TEST_CASE("from_windows_1252: every byte is a character, the five without one U+FFFD") {
  CHECK(aura::from_windows_1252("Caf\xE9 \x80 \x96 \xFF") == "Café € – ÿ");
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  const auto text = aura::from_windows_1252(all);
  CHECK(!find_invalid_utf8(text));
  CHECK(text.substr(0, 128) == all.substr(0, 128));
  std::size_t none = 0;
  for (auto at = text.find("\uFFFD"); at != std::string::npos; at = text.find("\uFFFD", at + 3))
    ++none;
  CHECK(none == 5);
  CHECK(aura::from_windows_1252("").empty());
}

TEST_CASE("cut_utf8: never cuts inside a character") {
  std::string text = "aé";
  CHECK(aura::cut_utf8(text, 2));
  CHECK(text == "a");
  CHECK(!aura::cut_utf8(text, 1));
}

TEST_CASE("lower_ascii: lowers ASCII letters and nothing else") {
  CHECK(aura::lower_ascii("@AMZ[`amz{09") == "@amz[`amz{09");
  CHECK(aura::lower_ascii("\u00C4\xC3\xFF\n") == "\u00C4\xC3\xFF\n");
  CHECK(aura::lower_ascii("").empty());
  STATIC_REQUIRE(aura::lower_ascii('Q') == 'q');
}

TEST_CASE("equal_ignoring_case: ignores the case of ASCII letters alone") {
  CHECK(aura::equal_ignoring_case("Content-TYPE", "content-type"));
  CHECK(aura::equal_ignoring_case("", ""));
  CHECK(!aura::equal_ignoring_case("abc", "ab"));
  CHECK(!aura::equal_ignoring_case("ab", "abc"));
  CHECK(!aura::equal_ignoring_case("\u00C4", "\u00E4"));
  CHECK(!aura::equal_ignoring_case("@[", "`{"));  // 32 apart, like A and a
}

TEST_CASE("starts_with_ignoring_case: ignores the case of ASCII letters alone") {
  CHECK(aura::starts_with_ignoring_case("<?XML version", "<?xml"));
  CHECK(aura::starts_with_ignoring_case("abc", ""));
  CHECK(!aura::starts_with_ignoring_case("ab", "abc"));
  CHECK(!aura::starts_with_ignoring_case("xabc", "abc"));
}

TEST_CASE("redact_url: no credentials, no query, no fragment") {
  CHECK(redact_url("https://user:secret@host.example/a/b.mp3?token=secret#secret") ==
        "https://host.example/a/b.mp3?…");
  CHECK(redact_url("https://host.example/a.mp3") == "https://host.example/a.mp3");
  CHECK(redact_url("https://user:pa@ss@host/x") == "https://host/x");
  CHECK(redact_url("null") == "null");
  CHECK(redact_url("") == "");
  CHECK(redact_url("no-scheme?secret") == "no-scheme?…");
}

TEST_CASE("from_base64: undoes base64, and takes nothing else") {
  std::vector<std::byte> bytes;
  for (int i = 0; i < 300; ++i) {
    CHECK(aura::from_base64(base64(bytes)) == bytes);
    bytes.push_back(static_cast<std::byte>(i * i));
  }
  for (const auto* other : {"Z", "Zg", "Zg=", "Zh==", "Zg===", "=", "====", "Zm9v=", "Zm 9",
                            "Zm9\n", "Zg==Zg==", "Zm-_"})
    CHECK(!aura::from_base64(other));
}

TEST_CASE("base64: the test vectors of RFC 4648") {
  const auto coded = [](std::string_view text) { return base64(std::as_bytes(std::span(text))); };
  CHECK(coded("") == "");
  CHECK(coded("f") == "Zg==");
  CHECK(coded("fo") == "Zm8=");
  CHECK(coded("foo") == "Zm9v");
  CHECK(coded("foob") == "Zm9vYg==");
  CHECK(coded("fooba") == "Zm9vYmE=");
  CHECK(coded("foobar") == "Zm9vYmFy");
  CHECK(coded("\xff\xef\xbe") == "/+++");
}
