#include "aura/audio/retag.h"

#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "aura/audio/decoder.h"
#include "aura/base/error.h"
#include "aura/base/text.h"
#include "edit.h"
#include "files.h"
#include "programs.h"

namespace aura::audio {
namespace {

using Texts = std::map<std::string, std::string>;

constexpr MeasuredTags kTags{
    .tempo_bpm = 127.976, .key = {'F', '#', 'm'}, .loudness_lufs = -10.5, .true_peak_dbtp = -1};
constexpr MeasuredTags kOthers{
    .tempo_bpm = 90, .key = {'B', 'b'}, .loudness_lufs = -18, .true_peak_dbtp = 0};

// -18 LUFS less -10.5; 10^(-1/20).
const Texts kGain{{"replaygain_track_gain", "-7.50 dB"}, {"replaygain_track_peak", "0.891251"}};
const Texts kFree{{"bpm", "127.98"}, {"initialkey", "F#m"}};
const Texts kId3{{"tbpm", "128"}, {"tkey", "F#m"}};

Texts joined(Texts texts, const Texts& more) {
  texts.insert(more.begin(), more.end());
  return texts;
}

Bytes edited(const Spool& file, const Edit& edit) {
  Bytes bytes;
  write_edited(file, edit, [&](std::span<const std::uint8_t> block) {
    bytes.insert(bytes.end(), block.begin(), block.end());
  });
  return bytes;
}

/// `file` with `tags`, by way of the sandbox, which must make the same edit.
Bytes retagged(const Bytes& file, const MeasuredTags& tags, Existing existing = Existing::kKeep) {
  static const auto decoder = Decoder::sandboxed();
  const auto spool = spooled(file);
  const auto edit = decoder.retag(spool, tags, existing);
  CHECK(edit == retag(spool, tags, existing));
  return edit.pieces.empty() ? file : edited(spool, edit);
}

/// MPEG audio without any tag.
const Bytes& bare_mp3() {
  static const auto bytes = coded_music(
      "bare.mp3", 1,
      {"-map_metadata", "-1", "-id3v2_version", "0", "-write_xing", "0", "-c:a", "libmp3lame"});
  return bytes;
}

/// All tags as ffprobe, another reader, shows them; names in lower case.
Texts shown_by_ffprobe(const std::string& name, const Bytes& file) {
  const Folder folder;
  const auto shown = nlohmann::json::parse(
      output_of({"ffprobe", "-v", "error", "-show_entries", "format_tags:stream_tags", "-of",
                 "json", folder.write(name, file)}));
  Texts texts;
  std::vector<nlohmann::json> parts = shown.value("streams", nlohmann::json::array());
  parts.push_back(shown.value("format", nlohmann::json::object()));
  for (const auto& part : parts) {
    const auto tags = part.value("tags", nlohmann::json::object());
    for (const auto& [key, text] : tags.items()) texts[lower_ascii(key)] = text;
  }
  return texts;
}

/// The same, with what FFmpeg 5.1 does not read: the tempo of MP4 in 16 bits, as iTunes has it, and
/// ID3v2 beside INFO in WAV.
Texts tags_of(const std::string& name, const Bytes& file) {
  auto texts = shown_by_ffprobe(name, file);
  const std::string bytes(file.begin(), file.end());
  const auto number = [&](std::size_t at) { return static_cast<unsigned char>(bytes.at(at)); };
  constexpr std::size_t kValue =
      20;  // behind the name, and the size, name, type and locale of data
  if (const auto at = bytes.find("tmpo"); name.ends_with(".m4a") && at != std::string::npos)
    texts["tmpo"] = std::to_string(number(at + kValue) << 8 | number(at + kValue + 1));
  constexpr std::size_t kHead = 8;  // name and size of a chunk
  if (const auto at = bytes.find("ID3 "); name.ends_with(".wav") && at != std::string::npos)
    texts.merge(shown_by_ffprobe(
        "a.mp3",
        Bytes(file.begin() + static_cast<std::ptrdiff_t>(at + kHead), file.end()) + bare_mp3()));
  return texts;
}

/// Hashes of all packets of each stream, pictures too.
std::string stream_hashes(const std::string& name, const Bytes& file) {
  const Folder folder;
  return output_of({"ffmpeg", "-nostdin", "-v", "error", "-i", folder.write(name, file), "-map",
                    "0", "-c", "copy", "-f", "streamhash", "-"});
}

struct Case {
  std::string name;
  std::vector<std::string> options;
  Texts wanted;
};

const std::vector<std::string> kPicture{"-f",
                                        "lavfi",
                                        "-i",
                                        "color=red:s=16x16:r=1:d=1",
                                        "-map",
                                        "0:a",
                                        "-map",
                                        "1:v",
                                        "-c:v",
                                        "png",
                                        "-frames:v",
                                        "1",
                                        "-disposition:v",
                                        "attached_pic"};

std::vector<std::string> with_picture(std::vector<std::string> options) {
  options.insert(options.begin(), kPicture.begin(), kPicture.end());
  return options;
}

std::vector<Case> cases() {
  return {
      {"v3.mp3", with_picture({"-c:a", "libmp3lame", "-id3v2_version", "3"}), joined(kId3, kGain)},
      {"v4.mp3", with_picture({"-c:a", "libmp3lame", "-id3v2_version", "4"}), joined(kId3, kGain)},
      {"none.mp3", {"-c:a", "libmp3lame", "-id3v2_version", "0"}, joined(kId3, kGain)},
      {"v1.mp3",
       {"-c:a", "libmp3lame", "-id3v2_version", "0", "-write_id3v1", "1"},
       joined(kId3, kGain)},
      {"song.flac", with_picture({"-c:a", "flac"}), joined(kFree, kGain)},
      {"song.ogg", {"-c:a", "libvorbis"}, joined(kFree, kGain)},
      {"flac.oga", {"-c:a", "flac"}, joined(kFree, kGain)},
      // 256 * (-23 - -10.5)
      {"song.opus", {"-c:a", "libopus"}, joined(kFree, {{"r128_track_gain", "-3200"}})},
      {"song.m4a", with_picture({"-c:a", "aac"}),
       joined({{"tmpo", "128"}, {"initialkey", "F#m"}}, kGain)},
      {"faststart.m4a",
       {"-c:a", "alac", "-movflags", "+faststart"},
       joined({{"tmpo", "128"}, {"initialkey", "F#m"}}, kGain)},
      {"song.wav", {"-c:a", "pcm_s16le"}, joined(kId3, kGain)},
      {"24_bit.wav", {"-c:a", "pcm_s24le"}, joined(kId3, kGain)},
      {"song.aiff", {"-write_id3v2", "1"}, joined(kId3, kGain)},
      {"bare.aiff", {}, joined(kId3, kGain)},
      {"song.wv", {"-c:a", "wavpack"}, joined(kFree, kGain)},
      {"song.wma",
       {"-c:a", "wmav2"},
       joined({{"wm/beatsperminute", "128"}, {"wm/initialkey", "F#m"}}, kGain)},
  };
}

std::string code_of(const Bytes& file) {
  static const auto decoder = Decoder::sandboxed();
  try {
    decoder.retag(spooled(file), kTags, Existing::kKeep);
  } catch (const JobError& error) {
    CHECK(error.owner() == Owner::kFile);
    return error.code();
  }
  return "";
}

}  // namespace

TEST_CASE("retag: each format gets the tags, and keeps its sound, its pictures and other tags") {
  for (const auto& [name, options, wanted] : cases()) {
    INFO(name);
    auto all = options;
    all.insert(all.end(), {"-metadata", "title=Élan", "-metadata", "artist=Sigur Rós", "-metadata",
                           "genre=Post-Rock", "-metadata", "comment=of my own"});
    const auto before = coded_music(name, 2, all);
    const auto after = retagged(before, kTags);
    CHECK(stream_hashes(name, after) == stream_hashes(name, before));
    CHECK(decode_all(after).samples == decode_all(before).samples);
    CHECK(read_tags(spooled(after)) == read_tags(spooled(before)));
    auto tags = tags_of(name, before);
    for (const auto& [key, text] : wanted) CHECK(tags.emplace(key, text).second);
    CHECK(tags_of(name, after) == tags);
    CHECK(retagged(after, kTags) == after);
    CHECK(retagged(after, kTags, Existing::kReplace) == after);
  }
}

TEST_CASE("retag: tags that are there stay, unless they are to be replaced") {
  for (const auto& [name, options, wanted] : cases()) {
    INFO(name);
    const auto first = retagged(coded_music(name, 1, options), kOthers);
    CHECK(retagged(first, kTags) == first);
    const auto second = retagged(first, kTags, Existing::kReplace);
    CHECK(stream_hashes(name, second) == stream_hashes(name, first));
    const auto tags = tags_of(name, second);
    for (const auto& [key, text] : wanted) CHECK(tags.at(key) == text);
    CHECK(tags.size() == tags_of(name, first).size());
    // Only what is missing is added.
    auto tempo_alone = MeasuredTags{.tempo_bpm = 90};
    const auto third = retagged(retagged(coded_music(name, 1, options), tempo_alone), kTags);
    CHECK(tags_of(name, third).size() == tags.size());
    for (const auto& [key, text] : tags_of(name, third)) {
      const bool is_tempo = text == "90";
      CHECK((is_tempo || text == tags.at(key)));
    }
  }
}

TEST_CASE("retag: what was not measured is not written, and a tempo of 0 counts as missing") {
  const auto mp3 = coded_music("a.mp3", 1, {"-c:a", "libmp3lame", "-metadata", "TBPM=0"});
  CHECK(retagged(mp3, {}) == mp3);
  CHECK(retagged(mp3, {}, Existing::kReplace) == mp3);
  CHECK(tags_of("a.mp3", retagged(mp3, {.tempo_bpm = 99.6})).at("tbpm") == "100");
  const auto flac = coded_music("a.flac", 1, {"-c:a", "flac", "-metadata", "bpm= "});
  CHECK(tags_of("a.flac", retagged(flac, {.tempo_bpm = 128})).at("bpm") == "128");
  CHECK(tags_of("a.flac", retagged(flac, {.loudness_lufs = -18.001})).at("replaygain_track_gain") ==
        "0.00 dB");
}

TEST_CASE("retag: an MP3 without a tag gets ID3v2.3 in front; one in 2.4 keeps its version") {
  const auto& bare = bare_mp3();
  const auto after = retagged(bare, kTags);
  REQUIRE(after.size() > bare.size());
  CHECK(std::string(after.begin(), after.begin() + 4) == "ID3\x03");
  CHECK(Bytes(after.end() - static_cast<std::ptrdiff_t>(bare.size()), after.end()) == bare);
  const auto newest =
      retagged(coded_music("a.mp3", 1, {"-c:a", "libmp3lame", "-id3v2_version", "4"}), kTags);
  CHECK(std::string(newest.begin(), newest.begin() + 4) == "ID3\x04");
}

TEST_CASE("retag: what holds no tags that TagLib writes is refused") {
  const std::string_view text = "no music at all, and longer than any header would be";
  CHECK(code_of({}) == "not_taggable");
  CHECK(code_of(Bytes(text.begin(), text.end())) == "not_taggable");
  CHECK(code_of(read_data("audio/adts.aac")) == "not_taggable");
  // MP3 amid another container is no MP3.
  CHECK(code_of(coded_music("a.mka", 1, {"-c:a", "libmp3lame"})) == "not_taggable");
}

TEST_CASE("retag: a damaged file is refused, or changed without leaving its bounds") {
  for (const auto& [name, options, wanted] : cases()) {
    INFO(name);
    const auto whole = coded_music(name, 1, options);
    for (const std::size_t part : {3, 40, 300, 2000, 5000}) {
      CAPTURE(part);
      auto cut = whole;
      cut.resize(std::min(cut.size(), part));
      auto changed = whole;
      for (std::size_t at = part; at < changed.size(); at += 997) changed[at] ^= 0xFF;
      for (const auto& file : {cut, changed}) {
        const auto spool = spooled(file);
        try {
          const auto edit = Decoder::sandboxed().retag(spool, kTags, Existing::kReplace);
          CHECK(is_edit_of(edit, file.size()));
        } catch (const JobError& error) {
          CHECK_FALSE(error.retryable());
        }
      }
    }
  }
}

TEST_CASE("retag: a stop ends it") {
  std::stop_source stop;
  stop.request_stop();
  const auto file = spooled(read_data("audio/plain.mp3"));
  CHECK_THROWS_AS(retag(file, kTags, Existing::kKeep, stop.get_token()), Stopped);
  CHECK_THROWS_AS(Decoder::sandboxed().retag(file, kTags, Existing::kKeep, stop.get_token()),
                  Stopped);
}

}  // namespace aura::audio
