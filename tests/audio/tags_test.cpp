#include "aura/audio/tags.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "aura/audio/decoder.h"
#include "aura/base/error.h"
#include "aura/base/text.h"
#include "files.h"
#include "programs.h"
#include "tag_values.h"
#include "wav.h"

namespace aura::audio {
namespace {

const Tags kWanted{.title = "Élan \"live\"",
                   .artist = "Sigur Rós",
                   .album = "世界",
                   .genre = "Post-Rock",
                   .isrc = "USRC17607839",
                   .year = 1999};

/// FFmpeg's options that write kWanted; `isrc` is the key of the ISRC.
std::vector<std::string> options(const std::string& isrc, std::vector<std::string> more) {
  for (const auto& tag :
       {"title=" + kWanted.title, "artist=" + kWanted.artist, "album=" + kWanted.album,
        "genre=" + kWanted.genre, isrc + "=US-RC1-76-07839", std::string("date=1999-05-01")})
    more.insert(more.end(), {"-metadata", tag});
  return more;
}

/// A string that is printed if tags differ.
std::string shown(const Tags& tags) {
  return lines_of_tags(tags);
}

/// `frames` behind an ID3v2.3 of such frames.
Bytes id3v2(const Bytes& frames) {
  Bytes tag;
  put(tag, "ID3");
  put(tag, 3, 1);
  put(tag, 0, 2);
  for (int shift = 21; shift >= 0; shift -= 7)
    put(tag, frames.size() >> static_cast<unsigned>(shift) & 0x7F, 1);
  return tag + frames;
}

/// A text of ID3v2.3, in Latin-1.
Bytes text_frame(const std::string& id, const std::string& text) {
  Bytes frame;
  put(frame, id);
  put_big_endian(frame, text.size() + 1, 4);
  put(frame, 0, 3);
  put(frame, text);
  return frame;
}

/// An ID3v1, whose texts have 30 bytes.
Bytes id3v1(std::string title, std::string artist, std::string album) {
  Bytes tag;
  put(tag, "TAG");
  for (auto* text : {&title, &artist, &album}) {
    text->resize(30);
    put(tag, *text);
  }
  put(tag, "1987");
  put(tag, std::string(30, '\0'));
  put(tag, 17, 1);  // Rock
  return tag;
}

/// MPEG audio without any tag.
Bytes bare_mp3() {
  return coded_music(
      "bare.mp3", 2,
      {"-map_metadata", "-1", "-id3v2_version", "0", "-write_xing", "0", "-c:a", "libmp3lame"});
}

}  // namespace

TEST_CASE("tags: each container gives what was written into it, in a sandbox too") {
  const auto decoder = Decoder::sandboxed();
  const std::vector<std::pair<std::string, std::vector<std::string>>> files{
      {"v3.mp3", options("TSRC", {"-c:a", "libmp3lame", "-id3v2_version", "3"})},
      {"v4.mp3", options("TSRC", {"-c:a", "libmp3lame", "-id3v2_version", "4"})},
      {"song.flac", options("ISRC", {"-c:a", "flac"})},
      {"song.ogg", options("ISRC", {"-c:a", "libvorbis"})},
      {"song.opus", options("isrc", {"-c:a", "libopus"})},
      {"song.mka", options("ISRC", {"-c:a", "aac"})},
      {"song.wma", options("ISRC", {"-c:a", "wmav2"})},
      {"song.aiff", options("TSRC", {"-write_id3v2", "1"})},
      {"song.wv", options("ISRC", {"-c:a", "wavpack"})},
  };
  for (const auto& [name, written] : files) {
    INFO(name);
    const auto file = spooled(coded_music(name, 2, written));
    const auto found = decoder.read_tags(file);
    CHECK(shown(found) == shown(kWanted));
    CHECK(found == read_tags(file));
  }
  // MP4 and WAV have no place for an ISRC.
  auto wanted = kWanted;
  wanted.isrc.clear();
  for (const auto* name : {"song.m4a", "song.wav"}) {
    INFO(name);
    const auto file = spooled(coded_music(name, 2, options("comment", {})));
    CHECK(shown(decoder.read_tags(file)) == shown(wanted));
  }
}

TEST_CASE("tags: a file without tags has none, and one that holds no sound is refused as ever") {
  const auto decoder = Decoder::sandboxed();
  CHECK(decoder.read_tags(spooled(bare_mp3())) == Tags{});
  CHECK(decoder.read_tags(spooled(wav(WavFormat::kS16, 8000, 1, std::vector<double>(100)))) ==
        Tags{});  // far too short to be decoded
  const auto code_of = [&](const Spool& file, bool confined) -> std::string {
    try {
      confined ? decoder.read_tags(file) : read_tags(file);
    } catch (const JobError& error) {
      return error.code();
    }
    return "";
  };
  for (const bool confined : {false, true}) {
    CHECK(code_of(spooled({}), confined) == "empty_file");
    const std::string_view text = "TAG, and no music";
    CHECK(code_of(spooled(Bytes(text.begin(), text.end())), confined) == "not_audio");
    CHECK(code_of(spooled(read_data("audio/no_sound.mp4")), confined) == "no_audio_stream");
  }
}

TEST_CASE("tags: ID3v1 in Latin-1, in Windows-1252, and in UTF-8 that its end cuts off") {
  const auto mp3 = bare_mp3();
  const auto tags =
      read_tags(spooled(mp3 + id3v1("Caf\xE9", "Beyonc\xE9 \x96 \x80", "\xC3\xA9t\xC3\xA9")));
  CHECK(tags.title == "Café");
  CHECK(tags.artist == "Beyoncé – €");
  CHECK(tags.album == "été");
  CHECK(tags.year == 1987);
  CHECK(tags.genre == "Rock");
  std::string long_title;
  for (int i = 0; i < 10; ++i) long_title += "世";
  CHECK(read_tags(spooled(mp3 + id3v1("a" + long_title, "", ""))).title ==
        "a" + long_title.substr(0, 27));
}

TEST_CASE("tags: a picture larger than what FFmpeg looks through doesn't hide them") {
  Bytes picture;
  put(picture, "APIC");
  constexpr std::size_t kBytes = 3 << 20;
  put_big_endian(picture, kBytes, 4);
  put(picture, 0, 3);
  put(picture, std::string("image/png") + '\0' + '\3' + '\0');
  picture.resize(10 + kBytes, 0x55);
  const auto file = spooled(id3v2(picture + text_frame("TIT2", "Behind it")) + bare_mp3());
  CHECK(read_tags(file).title == "Behind it");
  CHECK(Decoder::sandboxed().read_tags(file).title == "Behind it");
}

TEST_CASE("tags: hostile texts come out on one line, short, and in UTF-8") {
  const std::string bomb(2'000'000, '\xFF');
  const auto file =
      spooled(id3v2(text_frame("TIT2", "\x1b[31mred\nline\x7f\x85") + text_frame("TPE1", bomb) +
                    text_frame("TALB", std::string(500, ' ')) + text_frame("TSRC", "USRC17x") +
                    text_frame("TYER", "0999")) +
              bare_mp3());
  const auto tags = Decoder::sandboxed().read_tags(file);
  CHECK(tags.title == "[31mred line");
  CHECK(tags.artist.size() <= kMaxTagBytes);
  CHECK(tags.artist.size() > kMaxTagBytes - 4);
  CHECK_FALSE(find_invalid_utf8(tags.artist));
  CHECK(tags.album.empty());
  CHECK(tags.isrc.empty());
  CHECK_FALSE(tags.year);
}

TEST_CASE("tags: a stop ends reading") {
  std::stop_source stop;
  stop.request_stop();
  const auto file = spooled(read_data("audio/plain.mp3"));
  CHECK_THROWS_AS(read_tags(file, stop.get_token()), Stopped);
  CHECK_THROWS_AS(Decoder::sandboxed().read_tags(file, stop.get_token()), Stopped);
}

TEST_CASE("tags: the year of a date") {
  CHECK(year_of_tag("1999") == 1999);
  CHECK(year_of_tag("1999-05-01T00:00:00Z") == 1999);
  CHECK(year_of_tag("01.05.1999") == 1999);
  CHECK(year_of_tag("19990501") == 1999);
  CHECK(year_of_tag("1000") == 1000);
  CHECK(year_of_tag("2100") == 2100);
  for (const auto* none : {"", "99", "0999", "2101", "9999", "199", "12345.1", "next year",
                           "99999999999999999999", "\xFF\xFF"})
    CHECK_FALSE(year_of_tag(none));
}

TEST_CASE("tags: an ISRC is twelve letters and digits in their places, or none") {
  for (const auto* one : {"USRC17607839", "us-rc1-76-07839", " ISRC US RC1 76 07839 "})
    CHECK(isrc_of_tag(one) == "USRC17607839");
  CHECK(isrc_of_tag("GBA0X9912345") == "GBA0X9912345");
  for (const auto* none : {"", "USRC1760783", "USRC176078390", "1SRC17607839", "USRC1760783X",
                           "Sony Music", "USRÉ17607839"})
    CHECK(isrc_of_tag(none).empty());
}

TEST_CASE("tags: a text of a tag is cut between characters and without blanks around it") {
  CHECK(text_of_tag("  a b  ") == "a b");
  CHECK(text_of_tag("").empty());
  CHECK(text_of_tag("\t\n ").empty());
  CHECK(text_of_tag(std::string(kMaxTagBytes, 'a')) == std::string(kMaxTagBytes, 'a'));
  CHECK(text_of_tag(std::string(kMaxTagBytes - 1, 'a') + "é") ==
        std::string(kMaxTagBytes - 1, 'a'));
  CHECK(text_of_tag(std::string(kMaxTagBytes - 1, 'a') + " b") ==
        std::string(kMaxTagBytes - 1, 'a'));
}

TEST_CASE("tags: their lines come back, and any other text gives none or sound ones") {
  CHECK(tags_of_lines(lines_of_tags(kWanted)) == kWanted);
  CHECK(tags_of_lines(lines_of_tags({})) == Tags{});
  for (const std::string text : {"", "\n\n\n\n\n", "\n\n\n\n\n\n\n", "a\nb\nc\nd\ne"})
    CHECK_FALSE(tags_of_lines(text));
  const auto hostile = tags_of_lines("\x1b[m\n\xFF\n\n\nUSRC\n10\n");
  REQUIRE(hostile);
  CHECK(shown(*hostile) == "[m\nÿ\n\n\n\n\n");
}

}  // namespace aura::audio
