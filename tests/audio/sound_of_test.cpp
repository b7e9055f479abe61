#include "sound_of.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <string_view>

#include "aura/base/error.h"
#include "files.h"
#include "programs.h"

// Files dressed in tags and padding as programs and shops do it: the sound must be that of the bare
// file, without a warning.

namespace aura::audio {
namespace {

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

Bytes zeros(std::size_t count) {
  return Bytes(count);
}

Bytes little_endian(std::uint32_t value) {
  Bytes bytes;
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  return bytes;
}

Bytes big_endian(std::uint32_t value, int bits) {
  Bytes bytes;
  for (int i = 3; i >= 0; --i)
    bytes.push_back(static_cast<std::uint8_t>(value >> (bits * i) & ((1U << bits) - 1)));
  return bytes;
}

/// As in a JPEG, much that looks like the start of a frame.
Bytes picture() {
  Bytes bytes = bytes_of("\xFF\xD8\xFF\xE0");
  std::uint32_t random = 1;
  while (bytes.size() < 60'000) {
    for (int i = 0; i < 300; ++i) {
      random = random * 1'664'525 + 1'013'904'223;
      bytes.push_back(static_cast<std::uint8_t>(random >> 24));
    }
    bytes = bytes + Bytes{0xFF, 0xFB, 0x90, 0x64};
  }
  return bytes;
}

Bytes id3v2_frame(std::string_view name, const Bytes& body) {
  return bytes_of(name) + big_endian(static_cast<std::uint32_t>(body.size()), 8) + Bytes{0, 0} +
         body;
}

Bytes id3v2(const Bytes& frames, std::size_t padding = 0) {
  return bytes_of("ID3") + Bytes{3, 0, 0} +
         big_endian(static_cast<std::uint32_t>(frames.size() + padding), 7) + frames +
         zeros(padding);
}

Bytes title() {
  return id3v2_frame("TIT2", bytes_of(std::string_view("\0A title", 8)));
}

Bytes cover() {
  return id3v2_frame("APIC", bytes_of(std::string_view("\0image/jpeg\0\3\0", 14)) + picture());
}

Bytes id3v2_with_footer() {
  const auto size = big_endian(static_cast<std::uint32_t>(title().size()), 7);
  const Bytes head = Bytes{4, 0, 0x10} + size;
  return bytes_of("ID3") + head + title() + bytes_of("3DI") + head;
}

Bytes id3v1() {
  auto tag = bytes_of("TAGA title");
  tag.resize(128, ' ');
  return tag;
}

Bytes id3v1_more() {
  auto tag = bytes_of("TAG+A title");
  tag.resize(227, ' ');
  return tag + id3v1();
}

Bytes ape(const Bytes& value, bool with_header = true) {
  const Bytes item = little_endian(static_cast<std::uint32_t>(value.size())) + little_endian(2) +
                     bytes_of(std::string_view("Cover Art (Front)\0", 18)) + value;
  const auto head = [&](std::uint32_t flags) {
    return bytes_of("APETAGEX") + little_endian(2000) +
           little_endian(static_cast<std::uint32_t>(item.size() + 32)) + little_endian(1) +
           little_endian(flags) + zeros(8);
  };
  if (!with_header) return item + head(0);
  return head(0xA000'0000) + item + head(0x8000'0000);
}

Bytes lyrics1() {
  return bytes_of("LYRICSBEGINla la la\xFF\xFB\x90\x64LYRICSEND") + id3v1();
}

Bytes lyrics2() {
  return bytes_of("LYRICSBEGININD0000200LYR00004la l000033LYRICS200") + id3v1();
}

struct Tag {
  std::string name;
  Bytes bytes;
};

std::vector<Tag> front_tags() {
  return {{"ID3v2", id3v2(title())},
          {"ID3v2 with padding", id3v2(title(), 3000)},
          {"ID3v2 with padding that it doesn't count", id3v2(title()) + zeros(2000)},
          {"ID3v2 with a cover", id3v2(title() + cover(), 500)},
          {"two of ID3v2", id3v2(title() + cover()) + id3v2(title())}};
}

std::vector<Tag> end_tags() {
  return {{"ID3v1", id3v1()},
          {"ID3v1 and more", id3v1_more()},
          {"APEv2", ape(bytes_of("a"))},
          {"APEv2 without a header", ape(bytes_of("a"), false)},
          {"APEv2 with a cover", ape(picture())},
          {"APEv2 and ID3v1", ape(picture()) + id3v1()},
          {"Lyrics3", lyrics1()},
          {"Lyrics3v2", lyrics2()},
          {"APEv2, Lyrics3v2 and ID3v1", ape(picture()) + lyrics2()},
          {"ID3v2 with a footer", id3v2_with_footer()},
          {"ID3v2 with a footer, and ID3v1", id3v2_with_footer() + id3v1()}};
}

std::vector<Tag> inner_tags() {
  return {{"ID3v2", id3v2(title())},
          {"ID3v2 with a cover", id3v2(title() + cover(), 1000)},
          {"ID3v2 and padding", id3v2(cover()) + zeros(700)},
          {"ID3v1", id3v1()},
          {"APEv2 with a cover, ID3v1, ID3v2", ape(picture()) + id3v1() + id3v2(title())}};
}

void check_same(const Bytes& bare, const Bytes& dressed) {
  const auto expected = decode_all(bare);
  const auto got = decode_all(dressed);
  CHECK(expected.warnings.empty());
  CHECK(got.warnings.empty());
  const bool is_same = got.samples == expected.samples;  // not to be printed
  CHECK(is_same);
}

std::size_t total(const std::vector<Stretch>& stretches) {
  std::size_t bytes = 0;
  for (const auto& stretch : stretches) bytes += stretch.size;
  return bytes;
}

/// Four seconds of music, coded by FFmpeg.
struct Coded {
  std::string name;
  Bytes bytes;
};

std::vector<Coded> coded(const std::vector<std::vector<std::string>>& ways) {
  std::vector<Coded> files;
  for (const auto& way : ways)
    files.push_back({way.front(), coded_music(way.front(), 4, {way.begin() + 1, way.end()})});
  return files;
}

/// Streams of frames and nothing else.
std::vector<Coded> streams() {
  return coded({
      {"cbr.mp3", "-c:a", "libmp3lame", "-b:a", "192k", "-id3v2_version", "0"},
      {"vbr.mp3", "-c:a", "libmp3lame", "-q:a", "3", "-id3v2_version", "0"},
      {"bare.mp3", "-c:a", "libmp3lame", "-write_xing", "0", "-id3v2_version", "0"},
      {"mpeg2.mp3", "-c:a", "libmp3lame", "-ar", "22050", "-id3v2_version", "0"},
      {"mpeg2_5.mp3", "-c:a", "libmp3lame", "-ar", "8000", "-id3v2_version", "0"},
      {"layer2.mp2", "-c:a", "mp2"},
      {"adts.aac", "-c:a", "aac"},
  });
}

std::vector<Coded> containers() {
  return coded({{"a.flac", "-c:a", "flac"},
                {"a.wv", "-c:a", "wavpack"},
                {"a.tta", "-c:a", "tta"},
                {"a.wav", "-c:a", "pcm_s16le"},
                {"a.ogg", "-c:a", "libvorbis"},
                {"a.opus", "-c:a", "libopus"},
                {"a.m4a", "-c:a", "aac"},
                {"a.ac3", "-c:a", "ac3"},
                {"a.wma", "-c:a", "wmav2"}});
}

/// Where a frame begins near the middle: behind as many bytes as sound_of() leaves of what lies
/// before.
std::size_t middle_of(const Bytes& stream) {
  for (auto at = stream.size() / 2; at + 1 < stream.size(); ++at) {
    if (stream[at] != 0xFF || stream[at + 1] < 0xE0) continue;
    // Between frames a tag is found, elsewhere it is taken for damage.
    const Bytes head(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(at));
    const Bytes tail(stream.begin() + static_cast<std::ptrdiff_t>(at), stream.end());
    if (sound_of(spooled(head + id3v1() + tail)).size() == 2) return at;
  }
  throw std::runtime_error("no frame begins in the middle");
}

}  // namespace

TEST_CASE("sound of: a bare file is all sound") {
  for (const auto& path : small_files()) {
    INFO(path);
    const auto file = read_data(path);
    const auto stretches = sound_of(spooled(file));
    CHECK(stretches.size() == 1);
    const bool has_id3 = file[0] == 'I';
    CHECK((total(stretches) == file.size()) != has_id3);
  }
}

TEST_CASE("sound of: tags in front and behind change nothing, in any format") {
  auto files = streams();
  for (auto& file : containers()) files.push_back(std::move(file));
  for (const auto& [name, bare] : files) {
    for (const auto& tag : front_tags()) {
      INFO(name << ", in front: " << tag.name);
      check_same(bare, tag.bytes + bare);
    }
    for (const auto& tag : end_tags()) {
      INFO(name << ", behind: " << tag.name);
      check_same(bare, bare + tag.bytes);
    }
  }
}

TEST_CASE("sound of: tags between frames change nothing") {
  for (const auto& [name, bare] : streams()) {
    const auto at = static_cast<std::ptrdiff_t>(middle_of(bare));
    for (const auto& tag : inner_tags()) {
      INFO(name << ": " << tag.name);
      const auto dressed =
          Bytes(bare.begin(), bare.begin() + at) + tag.bytes + Bytes(bare.begin() + at, bare.end());
      CHECK(total(sound_of(spooled(dressed))) == bare.size());
      check_same(bare, dressed);
    }
    INFO(name << ": ID3v2 at the end");
    check_same(bare, bare + id3v2(title() + cover()) + id3v1());
  }
}

TEST_CASE("sound of: zeros that fill a file up change nothing") {
  auto files = streams();
  files.push_back(containers().at(0));
  for (const auto& [name, bare] : files) {
    for (const std::size_t count : {1U, 2U, 100U, 4096U}) {
      INFO(name << ": " << count);
      check_same(bare, bare + zeros(count));
    }
  }
}

TEST_CASE("sound of: zeros amid the sound, or very many of them, are no padding") {
  const auto stream = streams().at(0).bytes;
  const auto at = static_cast<std::ptrdiff_t>(middle_of(stream));
  auto gap = stream;
  std::fill_n(gap.begin() + at, 20'000, std::uint8_t{0});
  CHECK(total(sound_of(spooled(gap))) == stream.size());
  CHECK_FALSE(decode_all(gap).warnings.empty());
  CHECK(total(sound_of(spooled(stream + zeros(100'000)))) == stream.size() + 100'000);
}

TEST_CASE("sound of: a song joined to another, tags and all, is heard behind it") {
  const auto files = streams();
  const auto first = files.at(0).bytes, second = files.at(1).bytes;
  const auto joined = id3v2(title()) + first + ape(picture()) + id3v1() +
                      id3v2(title() + cover(), 2000) + second + id3v1();
  const auto audio = decode_all(joined);
  CHECK(audio.warnings.empty());
  CHECK(audio.samples.size() >=
        decode_all(first).samples.size() + decode_all(second).samples.size());
}

TEST_CASE("sound of: what only begins like a tag is left alone") {
  const auto stream = streams().at(0).bytes;
  const auto whole = [](const Bytes& file) {
    return sound_of(spooled(file)) == std::vector<Stretch>{{0, file.size()}};
  };
  CHECK(whole(stream + bytes_of("TAG")));
  CHECK(whole(stream + bytes_of("LYRICS200")));
  CHECK(whole(stream + bytes_of("999999LYRICS200")));
  CHECK(whole(stream + bytes_of("APETAGEX") + Bytes(23, 1)));
  CHECK(whole(stream + bytes_of("3DI") + Bytes{4, 0, 0x10, 0x7F, 0x7F, 0x7F, 0x7F}));
  CHECK(whole(bytes_of("ID3") + Bytes{3, 0, 0, 0x7F, 0x7F, 0x7F, 0x7F} + stream));
  CHECK(sound_of(spooled({})).empty());
  CHECK(sound_of(spooled(id3v1())).empty());
  for (std::size_t size = 1; size < 40; ++size)
    CHECK(total(sound_of(
              spooled(Bytes(stream.begin(), stream.begin() + static_cast<int>(size))))) == size);
}

TEST_CASE("sound of: MPEG audio of the free format is known, and nothing else") {
  auto stream = streams().at(2).bytes;
  CHECK_FALSE(is_free_format(spooled(stream)));
  // Every frame without its bitrate: all are 417 or 418 bytes long.
  const auto rate = stream[2];
  for (std::size_t at = 0; at + 3 < stream.size();) {
    if (stream[at] == 0xFF && stream[at + 1] >= 0xFA && (stream[at + 2] & 0xFC) == (rate & 0xFC)) {
      stream[at + 2] &= 0x0F;
      at += 400;
    } else {
      ++at;
    }
  }
  CHECK(is_free_format(spooled(stream)));
  CHECK(is_free_format(spooled(id3v2(cover()) + stream)));
  try {
    decode_all(stream);
    FAIL("it was decoded");
  } catch (const JobError& error) {
    CHECK(error.code() == "undecodable");
    CHECK_THAT(error.what(), Catch::Matchers::Contains("in a format that can't be decoded here"));
  }
  for (const auto& path : small_files()) {
    INFO(path);
    CHECK_FALSE(is_free_format(spooled(read_data(path))));
  }
}

}  // namespace aura::audio
