#include <algorithm>
#include <catch2/catch.hpp>
#include <string_view>

#include "aura/audio/decoder.h"
#include "aura/base/error.h"
#include "files.h"
#include "formats.h"
#include "programs.h"

// What a file is said to be in helps where its content doesn't tell, and nowhere else.

namespace aura::audio {
namespace {

std::vector<std::string_view> said(const std::string& name, const std::string& media_type = "") {
  const auto names = names_of(formats_said({name, media_type}));
  return {names.begin(), names.end()};
}

using Names = std::vector<std::string_view>;

std::string code_of(const Bytes& file, const Label& label) {
  try {
    decode_all(file, {}, label);
  } catch (const JobError& error) {
    return error.code();
  }
  return "";
}

Bytes noise(std::size_t count, std::uint32_t seed) {
  Bytes bytes(count);
  for (auto& byte : bytes) {
    seed = seed * 1'664'525 + 1'013'904'223;
    byte = static_cast<std::uint8_t>(seed >> 24);
  }
  return bytes;
}

TEST_CASE("said format: by the ending of the name and by the media type, in either case") {
  CHECK(said("a.mp3") == Names{"mp3"});
  CHECK(said("My.Song.FLAC") == Names{"flac"});
  CHECK(said("a.mpc") == Names{"mpc", "mpc8"});
  CHECK(said("", "audio/mpeg") == Names{"mp3"});
  CHECK(said("", "Audio/X-WAV; charset=binary") == Names{"wav"});
  CHECK(said("a.ogg", "audio/mpeg") == Names{"ogg", "mp3"});
  for (const auto* name : {"", "a", "a.", ".", "mp3", "a.txt", "a.m3u8", "a.mp3 ", "a. "})
    CHECK(said(name).empty());
  for (const auto* type :
       {"", ";", "audio/", "text/html", "application/octet-stream", "mp3 wav", "mp3"})
    CHECK(said("", type).empty());
}

TEST_CASE("said format: it finds the sound where the content doesn't tell") {
  struct Hidden {
    std::size_t start_bytes;
    Label label;
    std::vector<std::string> options;
  };
  const std::vector<Hidden> files{
      {1'500'000, {"a.mp3", ""}, {"-c:a", "libmp3lame", "-id3v2_version", "0"}},
      {1'500'000, {"", "audio/mpeg"}, {"-c:a", "libmp3lame", "-id3v2_version", "0"}},
      {1'500'000, {"a.aac", "text/plain"}, {"-c:a", "aac"}},
      {2'000, {"A.FLAC", ""}, {"-c:a", "flac"}},
      {2'000, {"download", "application/ogg"}, {"-f", "ogg", "-c:a", "libvorbis"}},
  };
  const auto sandboxed = Decoder::sandboxed();
  for (const auto& [start_bytes, label, options] : files) {
    INFO(label.name << " " << label.media_type);
    const auto name =
        label.name.starts_with("a.") || label.name.starts_with("A.") ? label.name : "a.mp3";
    const auto file = Bytes(start_bytes, 0x55) + coded_music(name, 3, options);
    CHECK(code_of(file, {}) == "not_audio");
    CHECK(decode_all(file, {}, label).samples.size() == Approx(3 * 22'050).margin(3000));
    auto spool = spooled(file);
    spool.set_label(label);
    std::size_t samples = 0;
    sandboxed.decode(spool, {}, [&](auto block) { samples += block.size(); });
    CHECK(samples == Approx(3 * 22'050).margin(3000));
  }
}

TEST_CASE("said format: what the content tells outranks it") {
  for (const auto& path : small_files()) {
    const auto file = read_data(path);
    const auto plain = decode_all(file);
    for (const auto& label : {Label{"a.mp3", "audio/wav"}, Label{"a.flac", "video/mp4"}}) {
      INFO(path << " as " << label.name);
      const auto audio = decode_all(file, {}, label);
      CHECK((audio.samples == plain.samples));
      CHECK(audio.warnings == plain.warnings);
    }
  }
}

TEST_CASE("said format: what is no sound doesn't become any") {
  std::vector<Bytes> files{noise(300'000, 1), noise(1'200'000, 2), Bytes(100'000, 0x55),
                           Bytes(100'000, 0xFF)};
  const auto picture = noise(50'000, 3);
  files.push_back(Bytes{0x89, 'P', 'N', 'G', '\r', '\n', '\x1a', '\n'} + picture);
  files.push_back(Bytes{'P', 'K', 3, 4} + picture);
  files.push_back(Bytes{'%', 'P', 'D', 'F', '-', '1', '.', '4', '\n'} + picture);
  files.push_back(Bytes{0x7F, 'E', 'L', 'F'} + picture);
  const std::string_view page = "<!DOCTYPE html><html><body>404</body></html>";
  files.emplace_back(page.begin(), page.end());
  for (const auto* ending : {"wav", "w64",  "aif", "au",  "caf", "flac", "ogg", "mp3", "m4a", "aac",
                             "ac3", "eac3", "dts", "mkv", "wma", "ape",  "wv",  "tta", "tak", "mpc",
                             "amr", "dsf",  "oma", "flv", "avi", "mpg",  "ts",  "latm"}) {
    for (std::size_t i = 0; i < files.size(); ++i) {
      CAPTURE(ending, i);
      const auto code = code_of(files[i], {std::string("a.") + ending, ""});
      CHECK((code == "not_audio" || code == "undecodable" || code == "no_audio_stream"));
    }
  }
}

TEST_CASE("said format: nothing leads outside the list") {
  const std::string_view list = "#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1/a.ts\n";
  const Bytes file(list.begin(), list.end());
  for (const auto& label :
       {Label{"a.m3u8", "application/vnd.apple.mpegurl"}, Label{"a.hls", "audio/x-mpegurl"},
        Label{"hls", "hls"}, Label{"a.mp3,hls", "mp3,hls"}}) {
    CHECK(formats_said(label) == 0);
    CHECK(code_of(file, label) == "not_audio");
  }
}

}  // namespace
}  // namespace aura::audio
