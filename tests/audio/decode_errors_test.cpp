#include <algorithm>
#include <catch2/catch.hpp>
#include <string_view>

#include "aura/audio/decode.h"
#include "aura/base/error.h"
#include "files.h"
#include "wav.h"

namespace aura::audio {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

JobError error_of(const Bytes& file, const DecodeLimits& limits = {}) {
  try {
    decode(spooled(file), limits, [](std::span<const float>) {});
  } catch (const JobError& error) {
    return error;
  }
  FAIL("decoded without an error");
  throw std::logic_error("FAIL throws");
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST_CASE("an empty file is named as such, and not tried again") {
  const JobError error = error_of({});
  CHECK(error.code() == "empty_file");
  CHECK(std::string_view(error.what()) == "the file is empty: upload the track again");
  CHECK_FALSE(error.retryable());
}

TEST_CASE("what is no audio is refused as such") {
  const std::string_view text =
      GENERATE("hello this is my song\nla la la\n", "<!DOCTYPE html><html><body>404</body></html>",
               "{\"error\": \"expired\"}", "\x89PNG\r\n\x1a\n and no more", "x");
  const JobError error = error_of(bytes(text));
  CHECK(error.code() == "not_audio");
  CHECK(contains(error.what(), "this is not audio"));
  CHECK_FALSE(error.retryable());
}

TEST_CASE("a web page in the place of a track is called one") {
  CHECK(contains(error_of(bytes("<!DOCTYPE html><html><body>404</body></html>")).what(),
                 "not audio but a web page"));
  CHECK(contains(error_of(bytes("{\"error\": \"expired\"}")).what(),
                 "not audio but an error message"));
}

TEST_CASE("files that would make FFmpeg open other files or addresses are refused") {
  const std::string_view text = GENERATE(
      "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1/a.ts\n#EXT-X-ENDLIST\n",
      "ffconcat version 1.0\nfile '/etc/hostname'\n",
      "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\"></MPD>",
      "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nm=audio 5004 RTP/AVP 0\r\n");
  CHECK(error_of(bytes(text)).code() == "not_audio");
}

TEST_CASE("a file that a shop has protected is refused with what to do about it") {
  Bytes file = read_data("audio/aac.m4a");
  const std::string_view open = "mp4a";
  const std::string_view closed = GENERATE("drms", "aavd");  // iTunes, Audible
  const auto entry = std::search(file.begin(), file.end(), open.begin(), open.end());
  REQUIRE(entry != file.end());
  std::copy(closed.begin(), closed.end(), entry);
  const JobError error = error_of(file);
  CHECK(error.code() == "protected");
  CHECK(contains(error.what(), "export the track without protection"));
  CHECK_FALSE(error.retryable());
}

TEST_CASE("a video without sound is refused as such") {
  const JobError error = error_of(read_data("audio/no_sound.mp4"));
  CHECK(error.code() == "no_audio_stream");
  CHECK_FALSE(error.retryable());
}

TEST_CASE("a file of less than a second is refused, five samples too") {
  const std::size_t samples = GENERATE(as<std::size_t>{}, 1, 5, 22'049);
  const auto error = error_of(wav(WavFormat::kS16, 22050, 1, std::vector<double>(samples, 0.1)));
  CHECK(error.code() == "audio_too_short");
  CHECK(contains(error.what(), "less than 1.0 s of sound"));
  CHECK_FALSE(error.retryable());
}

TEST_CASE("a file of one second is not too short") {
  const auto file = spooled(wav(WavFormat::kS16, 22050, 1, std::vector<double>(22'050, 0.1)));
  CHECK_NOTHROW(decode(file, {}, [](std::span<const float>) {}));
}

TEST_CASE("a sample rate that no recording has is refused") {
  const int rate_hz = GENERATE(1, 999, 2'822'401, 2'000'000'000);
  CHECK(error_of(wav(WavFormat::kS16, rate_hz, 1, std::vector<double>(50'000, 0.1))).code() ==
        "undecodable");
}

TEST_CASE("a track longer than allowed is refused, naming the setting") {
  const DecodeLimits one_minute{.max_duration = std::chrono::minutes(1)};
  const std::vector<double> minute(60 * 22050, 0.1);
  CHECK(decode_all(wav(WavFormat::kU8, 22050, 1, minute), one_minute).samples.size() ==
        minute.size());

  std::vector<double> longer = minute;
  longer.push_back(0.1);
  const JobError error = error_of(wav(WavFormat::kU8, 22050, 1, longer), one_minute);
  CHECK(error.code() == "audio_too_long");
  CHECK(contains(error.what(), "1 minutes (MAX_AUDIO_MINUTES)"));
  CHECK_FALSE(error.retryable());
}

TEST_CASE("the sound itself counts, not the length that the header states") {
  Bytes file = wav(WavFormat::kS16, 22050, 1, std::vector<double>(22050, 0.1));
  const std::size_t kDataSize = 40;
  file[kDataSize + 3] = 0x7F;  // 0x7Fxxxxxx bytes: 13 hours
  const Audio audio = decode_all(file, {.max_duration = std::chrono::minutes(1)});
  CHECK(audio.samples.size() == 22050);
}

TEST_CASE("a file that was cut off gives what is there, with a warning") {
  Bytes file = read_data("music/corner_table.flac");
  file.resize(file.size() / 2);
  const Audio audio = decode_all(file, {});
  CHECK(audio.samples.size() > 5 * 22050);
  REQUIRE_FALSE(audio.warnings.empty());
  CHECK(contains(audio.warnings.back(), "sound is missing: the file holds 7."));
}

TEST_CASE("a file damaged in the middle gives what can be read, with a warning") {
  // FFmpeg's Ogg reader passes over a damaged page in silence; that sound is missing shows at the
  // end.
  const auto [path, warning] = GENERATE(table<std::string, std::string>({
      {"music/northbound.mp3", "the file is damaged"},
      {"music/corner_table.flac", "the file is damaged"},
      {"music/slow_harbour.m4a", "the file is damaged"},
      {"music/mirror_ball.opus", "sound is missing"},
      {"music/night_train.ogg", "sound is missing"},
  }));
  INFO(path);
  Bytes file = read_data(path);
  const std::size_t whole = decode_all(file).samples.size();
  const std::size_t middle = file.size() / 2;
  std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(middle), 4000, std::uint8_t{0xA5});
  const Audio audio = decode_all(file, {});
  CHECK(audio.samples.size() > whole * 9 / 10);
  REQUIRE_FALSE(audio.warnings.empty());
  CHECK(contains(audio.warnings.front(), warning));
}

TEST_CASE("a FLAC frame with one wrong bit is left out, with a warning") {
  Bytes file = read_data("music/corner_table.flac");
  const std::size_t whole = decode_all(file).samples.size();
  file[file.size() / 2] ^= 1;
  const Audio audio = decode_all(file);
  CHECK(audio.samples.size() < whole);
  CHECK(audio.warnings ==
        std::vector<std::string>{
            "the file is damaged: 1 piece could not be decoded and was left out"});
}

}  // namespace
}  // namespace aura::audio
