#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <numbers>
#include <string_view>

#include "aura/base/error.h"
#include "coded_wav.h"
#include "files.h"
#include "ogg.h"
#include "programs.h"

// Variants of formats that programs write and FFmpeg by itself reads wrongly, or not at all.

namespace aura::audio {
namespace {

using Catch::Matchers::Contains;

constexpr int kRateHz = 22'050;
constexpr double kAmplitude = 0.5;

double tone(std::size_t i) {
  return kAmplitude * std::sin(2 * std::numbers::pi * 440 * static_cast<double>(i) / kRateHz);
}

JobError error_of(const Bytes& file) {
  try {
    decode_all(file);
  } catch (const JobError& error) {
    return error;
  }
  FAIL("it was decoded");
  throw std::logic_error("FAIL returns");
}

constexpr std::size_t kFrames = kRateHz;

/// The tone in every channel.
Bytes tone_in(const WavCoding& coding) {
  std::vector<double> samples;
  for (std::size_t i = 0; i < kFrames; ++i)
    samples.insert(samples.end(), static_cast<std::size_t>(coding.channels), tone(i));
  return coded_wav(coding, kRateHz, samples);
}

void check_tone(const WavCoding& coding) {
  CAPTURE(coding.is_extensible, coding.bytes, coding.bits, coding.valid, coding.channels,
          coding.is_rf64);
  const auto audio = decode_all(tone_in(coding));
  CHECK(audio.warnings.empty());
  REQUIRE(audio.samples.size() == kFrames);
  double worst = 0;
  for (std::size_t i = 0; i < kFrames; ++i)
    worst = std::max(worst, std::abs(static_cast<double>(audio.samples[i]) - tone(i)));
  CHECK(worst <= std::exp2(-valid_bits(coding)) + 1e-7);
}

/// DSD of the tone for a second, by a modulator of the second order, the first sample in the
/// lowest bit.
Bytes dsd(int rate_hz) {
  Bytes bytes(static_cast<std::size_t>(rate_hz) / 8);
  double first = 0, second = 0;
  for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
    const double wanted =
        kAmplitude * std::sin(2 * std::numbers::pi * 440 * static_cast<double>(i) / rate_hz);
    const double bit = second >= 0 ? 1 : -1;
    if (bit > 0) bytes[i / 8] |= static_cast<std::uint8_t>(1U << (i % 8));
    first += wanted - bit;
    second += first - bit;
  }
  return bytes;
}

Bytes dsf(int rate_hz) {
  constexpr std::size_t kBlock = 4096;
  auto sound = dsd(rate_hz);
  const auto samples = sound.size() * 8;
  sound.resize((sound.size() + kBlock - 1) / kBlock * kBlock);
  Bytes file;
  put(file, "DSD ");
  put(file, 28, 8);
  put(file, 28 + 52 + 12 + sound.size(), 8);
  put(file, 0, 8);
  put(file, "fmt ");
  put(file, 52, 8);
  for (const int value : {1, 0, 1, 1, rate_hz, 1}) put(file, static_cast<std::uint64_t>(value), 4);
  put(file, samples, 8);
  put(file, kBlock, 4);
  put(file, 0, 4);
  put(file, "data");
  put(file, 12 + sound.size(), 8);
  file.insert(file.end(), sound.begin(), sound.end());
  return file;
}

Bytes chunk(std::string_view name, const Bytes& body) {
  Bytes bytes;
  put(bytes, name);
  put_big_endian(bytes, body.size(), 8);
  bytes.insert(bytes.end(), body.begin(), body.end());
  if (body.size() % 2 != 0) bytes.push_back(0);
  return bytes;
}

Bytes text(std::string_view bytes) {
  return {bytes.begin(), bytes.end()};
}

Bytes dsdiff(int rate_hz, std::string_view type = "DSD ") {
  auto sound = dsd(rate_hz);
  for (auto& byte : sound) {  // the first sample in the uppermost bit
    std::uint8_t turned = 0;
    for (int bit = 0; bit < 8; ++bit)
      turned |= static_cast<std::uint8_t>((byte >> bit & 1) << (7 - bit));
    byte = turned;
  }
  Bytes rate, channels, version;
  put_big_endian(rate, static_cast<std::uint64_t>(rate_hz), 4);
  put_big_endian(channels, 1, 2);
  put_big_endian(version, 0x0105'0000, 4);
  return chunk("FRM8", text(type) + chunk("FVER", version) +
                           chunk("PROP", text("SND ") + chunk("FS  ", rate) +
                                             chunk("CHNL", channels + text("C   ")) +
                                             chunk("CMPR", text("DSD \x0Enot compressed"))) +
                           chunk("DSD ", sound));
}

double rms(std::span<const float> samples) {
  double sum = 0;
  for (const double sample : samples) sum += sample * sample;
  return std::sqrt(sum / static_cast<double>(samples.size()));
}

Bytes coded(const std::string& name, const std::vector<std::string>& options) {
  return coded_music(name, 2, options);
}

/// `file`, an Ogg, with `samples` added to the time stamp of each page but the headers'.
Bytes later(const Bytes& file, std::uint64_t samples) {
  Bytes moved;
  for (auto& page : pages_of(file)) {
    std::uint64_t stamp = 0;
    for (std::size_t i = 8; i-- > 0;) stamp = stamp << 8 | page[6 + i];
    if (stamp != 0) stamp += samples;
    for (std::size_t i = 0; i < 8; ++i) page[6 + i] = static_cast<std::uint8_t>(stamp >> (8 * i));
    moved = std::move(moved) + with_checksum(std::move(page));
  }
  return moved;
}

}  // namespace

TEST_CASE("variants: WAV with fewer valid bits than bytes, by any number of channels") {
  for (const bool is_rf64 : {false, true}) {
    for (const int channels : {1, 2, 6}) {
      for (const int bytes : {1, 2, 3, 4}) {
        for (int valid = 8; valid <= bytes * 8; valid += valid < 12 ? 1 : 2)
          check_tone({true, bytes, bytes * 8, valid, channels, is_rf64});
        check_tone({true, bytes, bytes * 8, 0, channels, is_rf64});  // as some leave it
        check_tone({false, bytes, bytes * 8, 0, channels, is_rf64});
      }
    }
  }
}

TEST_CASE("variants: WAV whose plain header states the valid bits") {
  for (const int channels : {1, 2}) {
    check_tone({false, 2, 12, 12, channels});
    check_tone({false, 3, 20, 20, channels});
    check_tone({false, 3, 16, 16, channels});
    check_tone({false, 4, 16, 16, channels});
    check_tone({false, 4, 24, 24, channels});
  }
}

TEST_CASE("variants: DSD of any rate, in DSF and DSDIFF") {
  for (const int rate_hz : {64 * 44'100, 128 * 44'100, 256 * 44'100, 512 * 44'100}) {
    for (const bool is_dsdiff : {false, true}) {
      CAPTURE(rate_hz, is_dsdiff);
      const auto audio = decode_all(is_dsdiff ? dsdiff(rate_hz) : dsf(rate_hz));
      CHECK(audio.warnings.empty());
      REQUIRE(audio.samples.size() > 21'000);
      const auto level = rms(std::span(audio.samples).subspan(1000, 20'000));
      CHECK(level == Approx(kAmplitude * std::numbers::sqrt2 / 2).epsilon(0.05));
    }
  }
}

TEST_CASE("variants: Monkey's Audio gives the very samples") {
  const DecodeLimits limits{.sample_rate_hz = kRateHz, .first_channel_alone = true};
  const auto audio = decode_all(read_data("bad/seeds/tone.ape"), limits);
  CHECK(audio.warnings.empty());
  REQUIRE(audio.samples.size() == kRateHz * std::size_t{3} / 2);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < audio.samples.size(); ++i) {
    const auto written = std::round(8000 / kAmplitude * tone(i));
    if (audio.samples[i] != static_cast<float>(written / 32768)) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("variants: Musepack SV7 gives the tone, its length and level") {
  const auto file = output_of({"python3", "-B", AURA_TEST_DATA "/bad/musepack.py"});
  const auto audio = decode_all(text(file));
  CHECK(audio.warnings.empty());
  CHECK(audio.samples.size() == Approx(1.5 * kRateHz).margin(1152));
  const auto middle = std::span(audio.samples).subspan(5000, kRateHz);
  std::complex<double> sum = 0;
  for (std::size_t i = 0; i < middle.size(); ++i)
    sum += static_cast<double>(middle[i]) *
           std::polar(1.0, -2 * std::numbers::pi * 440 * static_cast<double>(i) / kRateHz);
  CHECK(std::abs(sum) * 2 / kRateHz == Approx(0.3).epsilon(0.01));
  // All else is what the steps of its 9 bits leave, and the mirrored tone in the next band.
  CHECK(rms(middle) == Approx(0.3 * std::numbers::sqrt2 / 2).epsilon(0.01));
}

TEST_CASE("variants: of IFF nothing but DSDIFF is opened") {
  CHECK(error_of(dsdiff(64 * 44'100, "DST ")).code() == "not_audio");
  Bytes picture;
  put(picture, "FORM");
  put_big_endian(picture, 60, 4);
  put(picture, "8SVXVHDR");
  put_big_endian(picture, 20, 4);
  picture.resize(80);
  CHECK(error_of(picture).code() == "not_audio");
}

TEST_CASE("variants: a decoder that is not in the list opens nothing, whatever the container") {
  const std::vector<std::pair<std::string, std::vector<std::string>>> files{
      {"a.wav", {"-c:a", "g726", "-ar", "8000", "-ac", "1"}},
      {"b.wav", {"-c:a", "adpcm_g722", "-ar", "16000", "-ac", "1"}},
      {"c.wav", {"-c:a", "g723_1", "-ar", "8000", "-ac", "1", "-b:a", "6300"}},
      {"d.mka", {"-c:a", "sonic"}},
      {"e.ts", {"-c:a", "s302m", "-ar", "48000", "-ac", "2"}},
  };
  for (const auto& [name, options] : files) {
    INFO(name);
    const auto error = error_of(coded(name, options));
    CHECK((error.code() == "undecodable" || error.code() == "no_audio_stream"));
  }
}

TEST_CASE("variants: FLAC with 32 bits is a format that can't be decoded, and no damage") {
  const Folder folder;
  const auto wave = folder.write("a.wav", tone_in({false, 4, 32, 32, 2}));
  output_of({"flac", "-s", "-f", "-o", folder.path("a.flac"), wave});
  const auto file = content_of(folder.path("a.flac"));
  try {
    const auto audio = decode_all(file);  // FFmpeg 6 can
    CHECK(audio.warnings.empty());
  } catch (const JobError& error) {
    CHECK(error.code() == "undecodable");
    CHECK_THAT(error.what(), Contains("in a format that can't be decoded here"));
  }
}

/// `file` with the first `from` in it, which it has, made `to`.
Bytes with(Bytes file, const Bytes& from, const Bytes& to) {
  const auto at = std::search(file.begin(), file.end(), from.begin(), from.end());
  REQUIRE(at != file.end());
  std::copy(to.begin(), to.end(), at);
  return file;
}

TEST_CASE(
    "variants: a coding that no decoder here knows is called that, and not silent or damaged") {
  const auto mp4 = coded("a.m4a", {"-c:a", "aac"});
  // MPEG-H, Dolby's AC-4, Apple's APAC, a name that nobody gave yet.
  for (const auto* name : {"mhm1", "mha1", "ac-4", "apac", "zzzz"}) {
    INFO(name);
    // What follows in the sample's description, too, is that of AAC.
    const auto error =
        error_of(with(with(mp4, text("mp4a"), text(name)), text("esds"), text("mhaC")));
    CHECK(error.code() == "undecodable");
    CHECK_THAT(error.what(), Contains("in a format that can't be decoded here"));
  }
  const auto wma = coded("a.wma", {"-c:a", "wmav2", "-ac", "2"});
  const Bytes wma_2{0x61, 0x01, 0x02, 0x00};  // the coding, stereo
  for (const int coding : {0x0A, 0x0B}) {     // WMA Voice 9 and 10
    CAPTURE(coding);
    auto other = wma_2;
    other[0] = static_cast<std::uint8_t>(coding);
    const auto error = error_of(with(wma, wma_2, other));
    CHECK(error.code() == "undecodable");
    CHECK_THAT(error.what(), Contains("in a format that can't be decoded here"));
  }
}

TEST_CASE("variants: Ogg whose time stamps begin anywhere lacks nothing") {
  for (const auto* codec : {"libopus", "libvorbis", "flac", "libspeex"}) {
    const std::string rate = codec == std::string_view("libspeex") ? "32000" : "48000";
    const auto file = coded("a.ogg", {"-c:a", codec, "-ar", rate, "-ac", "1"});
    const auto plain = decode_all(file);
    CHECK(plain.warnings.empty());
    for (const std::uint64_t samples : {48'000U * 4, 48'000U * 3600}) {
      CAPTURE(codec, samples);
      const auto audio = decode_all(later(file, samples));
      CHECK(audio.warnings == std::vector<std::string>());
      CHECK(audio.samples.size() == Approx(plain.samples.size()).margin(2000));
    }
  }
}

}  // namespace aura::audio
