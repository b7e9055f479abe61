#include "edit.h"

#include <tbytevectorstream.h>

#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "aura/base/error.h"
#include "edit_stream.h"
#include "files.h"

namespace aura::audio {
namespace {

std::string content_of(const Spool& file, const Edit& edit) {
  std::string bytes;
  write_edited(file, edit, [&](std::span<const std::uint8_t> block) {
    bytes.append(reinterpret_cast<const char*>(block.data()), block.size());
  });
  return bytes;
}

std::string text_of(const TagLib::ByteVector& bytes) {
  return {bytes.data(), bytes.size()};
}

std::string any_text(std::mt19937& random, std::size_t most) {
  std::string text(random() % (most + 1), ' ');
  for (auto& c : text) c = static_cast<char>('a' + random() % 26);
  return text;
}

}  // namespace

TEST_CASE("edit stream: any changes read as they do in TagLib's own stream") {
  for (unsigned seed = 0; seed < 300; ++seed) {
    INFO(seed);
    std::mt19937 random(seed);
    const auto start = any_text(random, 200);
    const auto file = spooled(Bytes(start.begin(), start.end()));
    EditStream stream(file, {});
    TagLib::ByteVectorStream reference(
        TagLib::ByteVector(start.data(), static_cast<unsigned>(start.size())));
    for (int step = 0; step < 40; ++step) {
      const auto size = static_cast<unsigned long>(reference.length());
      const auto at = random() % (size + 1), count = random() % (size - at + 1);
      const auto text = any_text(random, 20);
      const TagLib::ByteVector bytes(text.data(), static_cast<unsigned>(text.size()));
      switch (random() % 4) {
        case 0:
          stream.insert(bytes, at, count);
          reference.insert(bytes, at, count);
          break;
        case 1:
          stream.removeBlock(at, count);
          reference.removeBlock(at, count);
          break;
        case 2:
          stream.seek(static_cast<long>(at), EditStream::Beginning);
          reference.seek(static_cast<long>(at));
          stream.writeBlock(bytes);
          reference.writeBlock(bytes);
          break;
        default:
          stream.truncate(static_cast<long>(size - count / 4));
          reference.truncate(static_cast<long>(size - count / 4));
      }
      REQUIRE(stream.length() == reference.length());
      const auto from = static_cast<long>(random() % (size + 1));
      stream.seek(from, EditStream::Beginning);
      reference.seek(from);
      REQUIRE(text_of(stream.readBlock(count + 5)) == text_of(reference.readBlock(count + 5)));
    }
    REQUIRE(content_of(file, stream.edit()) == text_of(*reference.data()));
    CHECK(is_edit_of(stream.edit(), file.size()));
  }
}

TEST_CASE("edit stream: a change beyond its limits fails, and nothing is read from then on") {
  const auto file = spooled(Bytes(10, 1));
  EditStream far(file, {});
  far.seek(11, EditStream::Beginning);
  far.writeBlock("x");
  CHECK_THROWS_AS(far.check(), JobError);
  far.seek(0, EditStream::Beginning);
  CHECK(far.readBlock(10).isEmpty());
  EditStream large(file, {});
  const TagLib::ByteVector block(unsigned{1} << 24, 'x');
  for (std::size_t done = 0; done < Edit::kMaxAddedBytes; done += block.size())
    large.insert(block, 0, 0);
  CHECK_NOTHROW(large.check());
  large.insert("x", 0, 0);
  CHECK_THROWS_AS(large.check(), JobError);
  CHECK(large.edit().added.size() == Edit::kMaxAddedBytes);
}

TEST_CASE("edit: its bytes come back, and any other bytes give none or a sound one") {
  const Edit edit{{{0, 3, 0}, {1, 2, 1}, {5, 5, 0}}, "abc"};
  CHECK(edit_of_bytes(bytes_of_edit(edit)) == edit);
  CHECK(edit_of_bytes(bytes_of_edit({})) == Edit{});
  CHECK(content_of(spooled(Bytes{'0', '1', '2', '3', '4', '5', '6', '7', '8', '9'}), edit) ==
        "012bc56789");
  for (const std::string& bytes :
       {std::string(), std::string(7, '\0'), std::string(8, '\xFF'), "\1" + std::string(30, '\0')})
    CHECK_FALSE(edit_of_bytes(bytes));
}

TEST_CASE("edit: a piece outside the file or what is added does not belong to it") {
  const auto fits = [](Edit::Piece piece) { return is_edit_of({{piece}, "abc"}, 10); };
  CHECK(fits({0, 10, 0}));
  CHECK(fits({10, 0, 0}));
  CHECK(fits({1, 2, 1}));
  CHECK_FALSE(fits({1, 10, 0}));
  CHECK_FALSE(fits({11, 0, 0}));
  CHECK_FALSE(fits({0, 4, 1}));
  CHECK_FALSE(fits({0, 1, 2}));
  CHECK_FALSE(fits({5, ~std::uint64_t{0}, 0}));
  CHECK_FALSE(fits({~std::uint64_t{0}, 2, 0}));
}

}  // namespace aura::audio
