#include "aura/models/safetensors.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "safetensors_bytes.h"

namespace aura::models {
namespace {

using test::safetensors_bytes;

/// Returns why a file with this header and so many bytes of data is refused; empty if it is not.
/// Fills the header to a multiple of 8, as the format's writers do.
std::string refusal_of(std::string header, std::size_t data_bytes = 8) {
  header.resize((header.size() + 7) / 8 * 8, ' ');
  const auto bytes = safetensors_bytes(header, data_bytes);
  try {
    Safetensors content(bytes);
    return "";
  } catch (const BadSafetensors& error) {
    return error.what();
  }
}

std::string entry(const std::string& shape, const std::string& offsets,
                  const std::string& dtype = "F32") {
  return R"({"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

TEST_CASE("safetensors: gives back tensors and metadata") {
  test::SafetensorsWriter writer;
  writer.add("matrix", {2, 3}, {1, 2, 3, 4, 5, 6});
  writer.add("number", {}, {7});
  writer.add_metadata("licence", "ISC\nline");
  const auto bytes = writer.bytes();
  const Safetensors content(bytes);

  REQUIRE(content.tensors().size() == 2);
  const std::vector<std::size_t> shape{2, 3};
  const auto matrix = content.tensor("matrix", shape);
  CHECK(std::vector(matrix.begin(), matrix.end()) == std::vector<float>{1, 2, 3, 4, 5, 6});
  CHECK(content.tensor("number", {}).front() == 7);
  CHECK(content.metadata("licence") == "ISC\nline");
  CHECK_THROWS_AS(content.metadata("other"), BadSafetensors);
  CHECK_THROWS_AS(content.tensor("other", shape), BadSafetensors);
  CHECK_THROWS_AS(content.tensor("number", shape), BadSafetensors);
  CHECK_THROWS_AS(content.tensor("matrix", {}), BadSafetensors);
}

TEST_CASE("safetensors: accepts a file without tensors") {
  CHECK(refusal_of("{}", 0).empty());
  CHECK(refusal_of(R"({"a":)" + entry("[2]", "[0,8]") + "}").empty());
}

TEST_CASE("safetensors: refuses a header that is not whole") {
  const auto good = safetensors_bytes(R"({"a":)" + entry("[2]", "[0,8]") + "}      ", 8);
  for (std::size_t size = 0; size < good.size(); ++size) {
    const std::vector<std::uint8_t> cut(good.begin(), good.begin() + static_cast<long>(size));
    CHECK_THROWS_AS(Safetensors(cut), BadSafetensors);
  }
  auto longer = good;
  longer.push_back(0);
  CHECK_THROWS_AS(Safetensors(longer), BadSafetensors);
}

TEST_CASE("safetensors: refuses a header longer than the file or than 1 MiB") {
  auto bytes = safetensors_bytes("{}", 0);
  for (const std::uint64_t length :
       {std::uint64_t{3}, std::uint64_t{1} << 20, std::uint64_t{1} << 40, ~std::uint64_t{0},
        ~std::uint64_t{0} - 7}) {
    std::memcpy(bytes.data(), &length, sizeof length);
    CHECK_THROWS_AS(Safetensors(bytes), BadSafetensors);
  }
  CHECK(refusal_of("{" + std::string(std::size_t{1} << 20, ' ') + "}", 0) ==
        "the header is longer than 1 MiB");
}

TEST_CASE("safetensors: refuses JSON of another form") {
  const std::string good = entry("[2]", "[0,8]");
  for (const std::string header : {
           "",
           "[]",
           "null",
           " {}",
           "\xEF\xBB\xBF{}",
           "{} x",
           "{}{}",
           "{",
           R"({"a":1})",
           R"({"a":"x"})",
           R"({"a":[]})",
           R"({"a":null})",
           R"({"a":true})",
           R"({"a":{}})",
           R"({"a":{"dtype":"F32","shape":[2]}})",
           R"({"a":{"shape":[2],"data_offsets":[0,8]}})",
           R"({"a":{"dtype":7,"shape":[2],"data_offsets":[0,8]}})",
           R"({"a":{"dtype":["F32"],"shape":[2],"data_offsets":[0,8]}})",
           R"({"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}})",
           R"({"a":{"dtype":"F32","shape":"2","data_offsets":[0,8]}})",
           R"({"a":{"dtype":"F32","shape":[2],"data_offsets":{"a":0}}})",
           R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}})",
           R"({"__metadata__":{"a":1}})",
           R"({"__metadata__":{"a":{}}})",
           R"({"__metadata__":[]})",
           R"({"__metadata__":"x"})",
           "{\"\xFF\":{}}",
           R"({"":{}})",
       }) {
    INFO(header);
    CHECK_FALSE(refusal_of(header).empty());
  }
  for (const std::string shape : {"[-2]", "[2.0]", "[2e0]", "[[2]]", "[null]", "[\"2\"]", "[true]",
                                  "[18446744073709551616]", "[1,1,1,1,1,1,1,1,2]"}) {
    INFO(shape);
    CHECK_FALSE(refusal_of(R"({"a":)" + entry(shape, "[0,8]") + "}").empty());
  }
}

TEST_CASE("safetensors: refuses JSON of any depth in bounded memory") {
  const std::string deep(500'000, '[');
  CHECK_FALSE(refusal_of(R"({"a":)" + deep).empty());
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += R"({"a":)";
  CHECK_FALSE(refusal_of(objects).empty());
}

TEST_CASE("safetensors: refuses a name twice, of any kind") {
  const std::string tensor = R"("a":)" + entry("[1]", "[0,4]");
  CHECK(refusal_of("{" + tensor + R"(,"a":)" + entry("[1]", "[4,8]") + "}") ==
        "the header has two values for a");
  CHECK_FALSE(refusal_of(R"({"__metadata__":{},"__metadata__":{}})", 0).empty());
  CHECK_FALSE(refusal_of(R"({"__metadata__":{"x":"1","x":"2"}})", 0).empty());
  CHECK_FALSE(refusal_of(R"({"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}})")
                  .empty());
  CHECK_FALSE(
      refusal_of(R"({"a":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}})").empty());
}

TEST_CASE("safetensors: refuses too many tensors and too long names") {
  std::string header = "{";
  for (std::size_t i = 0; i <= Safetensors::kMaxTensors; ++i) {
    header += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":" + entry("[1]", "[0,4]");
  }
  CHECK(refusal_of(header + "}") == "the header has too many tensors");
  CHECK(refusal_of("{\"" + std::string(Safetensors::kMaxNameBytes + 1, 'x') +
                   "\":" + entry("[2]", "[0,8]") + "}") ==
        "the header has a name that is empty or longer than 200 bytes");
}

TEST_CASE("safetensors: refuses types other than F32") {
  for (const std::string type : {"F64", "F16", "BF16", "I8", "U8", "BOOL", "f32", "", "F32 "}) {
    INFO(type);
    CHECK(refusal_of(R"({"a":)" + entry("[2]", "[0,8]", type) + "}").find("AURA reads F32 only") !=
          std::string::npos);
  }
}

TEST_CASE("safetensors: refuses shapes that don't match the bytes") {
  for (const std::string shape :
       {"[1]", "[3]", "[]", "[2,2]", "[0]", "[2,0]", "[0,18446744073709551615]",
        "[18446744073709551615]", "[4611686018427387906]", "[4294967296,4294967296,2]",
        "[9223372036854775809,2]"}) {
    INFO(shape);
    CHECK_FALSE(refusal_of(R"({"a":)" + entry(shape, "[0,8]") + "}").empty());
  }
}

TEST_CASE("safetensors: refuses offsets outside, reversed, overlapping or with gaps") {
  for (const std::string offsets :
       {"[0,12]", "[4,12]", "[8,0]", "[8,16]", "[0]", "[]", "[0,4,8]", "[0,18446744073709551615]",
        "[18446744073709551608,18446744073709551615]", "[18446744073709551615,7]"}) {
    INFO(offsets);
    CHECK_FALSE(refusal_of(R"({"a":)" + entry("[2]", offsets) + "}").empty());
  }
  const auto two = [](const std::string& a, const std::string& b) {
    return refusal_of(R"({"a":)" + entry("[2]", a) + R"(,"b":)" + entry("[2]", b) + "}", 16);
  };
  CHECK(two("[0,8]", "[8,16]").empty());
  CHECK(two("[8,16]", "[0,8]").empty());
  CHECK(two("[0,8]", "[0,8]") == "two tensors overlap");
  CHECK(two("[0,8]", "[4,12]") == "two tensors overlap");
  CHECK(two("[4,12]", "[8,16]") == "there are bytes that belong to no tensor");
  CHECK(refusal_of(R"({"a":)" + entry("[2]", "[0,8]") + "}", 12) ==
        "there are bytes that belong to no tensor");
  CHECK(refusal_of(R"({"a":)" + entry("[2]", "[4,12]") + "}", 12) ==
        "there are bytes that belong to no tensor");
  CHECK(refusal_of("{}", 4) == "there are bytes that belong to no tensor");
}

TEST_CASE("safetensors: refuses numbers that no loop may meet, and misplaced ones") {
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
        -std::numeric_limits<float>::infinity()}) {
    test::SafetensorsWriter writer;
    writer.add("a", {3}, {1, value, 2});
    const auto bytes = writer.bytes();
    CHECK_THROWS_AS(Safetensors(bytes), BadSafetensors);
  }
  std::string header = R"({"a":)" + entry("[2]", "[0,8]") + "}";
  header.resize(header.size() / 4 * 4 + 6, ' ');
  const auto odd = safetensors_bytes(header, 8);
  CHECK_THROWS_WITH(Safetensors(odd), "tensor a does not begin on a multiple of 4 bytes");
}

TEST_CASE("safetensors: says what is wrong on one line, whatever a name holds") {
  const std::string why = refusal_of(R"({"a\n\u001b[31m\u0000":)" + entry("[1]", "[0,8]") + "}");
  CHECK(why.find("has another size") != std::string::npos);
  for (const char c : why) CHECK(static_cast<unsigned char>(c) >= 0x20);
}

}  // namespace
}  // namespace aura::models
