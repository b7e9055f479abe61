#include "aura/base/sha256.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace aura {
namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// The examples of FIPS 180-4, at csrc.nist.gov.
constexpr std::string_view kEmptyHash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::string_view kAbcHash =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST_CASE("SHA-256: the examples of FIPS 180-4") {
  const auto [text, hash] = GENERATE(table<std::string, std::string_view>(
      {{"", kEmptyHash},
       {"abc", kAbcHash},
       {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
       {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqr"
        "lmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
       {std::string(1'000'000, 'a'),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"}}));
  CHECK(to_hex(sha256(bytes_of(text))) == hash);
}

TEST_CASE("SHA-256: the pieces that bytes arrive in don't matter") {
  const auto piece = GENERATE(std::size_t{1}, std::size_t{63}, std::size_t{64}, std::size_t{1000});
  std::string text(5'000, '\0');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * i % 251);
  const auto bytes = bytes_of(text);
  Sha256Hasher hasher;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    hasher.append(bytes.subspan(at, std::min(piece, bytes.size() - at)));
    hasher.append({});
  }
  CHECK(hasher.finish() == sha256(bytes));
}

TEST_CASE("SHA-256: a hasher starts again after its hash") {
  Sha256Hasher hasher;
  hasher.append(bytes_of("x"));
  hasher.finish();
  CHECK(to_hex(hasher.finish()) == kEmptyHash);
  hasher.append(bytes_of("abc"));
  CHECK(to_hex(hasher.finish()) == kAbcHash);
}

TEST_CASE("SHA-256: a moved hasher goes on with its bytes") {
  Sha256Hasher first;
  first.append(bytes_of("a"));
  Sha256Hasher second = std::move(first);
  second.append(bytes_of("bc"));
  first = Sha256Hasher();
  CHECK(to_hex(second.finish()) == kAbcHash);
  CHECK(to_hex(first.finish()) == kEmptyHash);
}

TEST_CASE("HMAC-SHA-256: the examples of RFC 4231") {
  const std::string counting =
      "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17"
      "\x18\x19";
  // The fifth example shows 16 bytes alone.
  const auto [key, message, hash] = GENERATE_COPY(table<std::string, std::string, std::string>(
      {{std::string(20, '\x0b'), "Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
       {"Jefe", "what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
       {std::string(20, '\xaa'), std::string(50, '\xdd'),
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
       {counting, std::string(50, '\xcd'),
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
       {std::string(20, '\x0c'), "Test With Truncation", "a3b6167473100ee06e0c796c2955552b"},
       {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
       {std::string(131, '\xaa'),
        "This is a test using a larger than block-size key and a larger than block-size data. The "
        "key needs to be hashed before being used by the HMAC algorithm.",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"}}));
  CHECK(to_hex(hmac_sha256(bytes_of(key), bytes_of(message))).substr(0, hash.size()) == hash);
}

TEST_CASE("HMAC-SHA-256: an empty key and message have one too") {
  CHECK(to_hex(hmac_sha256({}, {})) ==
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

}  // namespace
}  // namespace aura
