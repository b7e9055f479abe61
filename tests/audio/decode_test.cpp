#include "aura/audio/decode.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <limits>
#include <nlohmann/json.hpp>
#include <numbers>
#include <string_view>
#include <thread>

#include "files.h"
#include "wav.h"

namespace aura::audio {
namespace {

/// How far samples may lie from librosa's, full scale being 1.
double tolerance(std::string_view path) {
  // Two decoders, mpg123 and FFmpeg, each in single precision: 2e-6 was measured, on samples
  // near 1.
  if (path.ends_with(".mp3")) return 1e-5;
  // libvorbis and FFmpeg: 2.4e-7 was measured.
  if (path.ends_with(".ogg")) return 2e-6;
  // One codec library on both sides, and equal results where it runs the same instructions.
  // Elsewhere a float may round to the neighbouring 16-bit step, which the mean of two channels
  // can't exceed.
  if (path.ends_with(".m4a") || path.ends_with(".aac") || path.ends_with("webm") ||
      path.ends_with(".mp4")) {
    return 1.0 / 32768;
  }
  // Opus: as above, without the steps. PCM and FLAC: the resampler's single precision.
  return 2e-6;
}

/// The part of `samples` at `frequency_hz`, as amplitude and phase; whole periods only.
std::complex<double> component(std::span<const float> samples, double frequency_hz,
                               double rate_hz) {
  std::complex<double> sum = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    sum += static_cast<double>(samples[i]) *
           std::polar(1.0, -2 * std::numbers::pi * frequency_hz * static_cast<double>(i) / rate_hz);
  }
  return sum * 2.0 / static_cast<double>(samples.size());
}

TEST_CASE("decoded files are what librosa loads from them, sample by sample") {
  const auto reference = nlohmann::json::parse(read_data("audio/reference.json"));
  REQUIRE(reference.size() > 15);
  for (const auto& [path, expected] : reference.items()) {
    INFO(path);
    const Audio audio = decode_all(read_data(path), {});
    CHECK(audio.warnings.empty());
    REQUIRE(audio.samples.size() == expected["samples"].get<std::size_t>());
    for (const auto& window : expected["windows"]) {
      std::size_t at = window["at"];
      double worst = 0;
      for (const double value : window["values"]) {
        worst = std::max(worst, std::abs(static_cast<double>(audio.samples[at++]) - value));
      }
      CHECK(worst <= tolerance(path));
    }
  }
}

TEST_CASE("every PCM format gives the same sound, within its own steps") {
  const auto samples = sine(440, 0.5, 22050, 22050);
  const auto [format, bits] = GENERATE(table<WavFormat, int>({{WavFormat::kU8, 8},
                                                              {WavFormat::kS16, 16},
                                                              {WavFormat::kS24, 24},
                                                              {WavFormat::kS32, 32},
                                                              {WavFormat::kF32, 25},
                                                              {WavFormat::kF64, 25}}));
  const Audio audio = decode_all(wav(format, 22050, 1, samples), {});
  REQUIRE(audio.samples.size() == samples.size());
  // Half a step of the format, and half of a float's own at 0.5.
  const double half_steps = std::ldexp(1.0, -bits) + std::ldexp(1.0, -25);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    REQUIRE(std::abs(static_cast<double>(audio.samples[i]) - samples[i]) <= half_steps);
  }
}

TEST_CASE("a file of several channels becomes their plain mean, whatever speaker each is for") {
  const std::vector<double> levels = GENERATE(
      std::vector<double>{0.5, -0.25}, std::vector<double>{0.5, 0.25, -0.125, 0.75, 0, 1.0 / 64});
  std::vector<double> samples;
  double mean = 0;
  for (const double level : levels) mean += level / static_cast<double>(levels.size());
  for (int i = 0; i < 4410; ++i) samples.insert(samples.end(), levels.begin(), levels.end());
  const Audio audio =
      decode_all(wav(WavFormat::kS16, 22050, static_cast<int>(levels.size()), samples), {});
  REQUIRE(audio.samples.size() == 4410);
  // The levels are exact in 16 bits; a float's own steps remain.
  for (const float sample : audio.samples) REQUIRE(sample == Approx(mean).margin(1e-7));
}

TEST_CASE("a sine keeps its frequency, amplitude and phase at every sample rate") {
  const int rate_hz =
      GENERATE(8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000, 176400, 192000);
  INFO(rate_hz);
  const Audio audio = decode_all(
      wav(WavFormat::kF32, rate_hz, 1, sine(1000, 0.5, rate_hz, static_cast<std::size_t>(rate_hz))),
      {});
  REQUIRE(audio.samples.size() == 22050);
  // The middle half second, clear of the resampler's ringing at both ends: 500 whole periods.
  constexpr std::size_t kStart = 5512;
  const auto middle = std::span(audio.samples).subspan(kStart, 11025);
  const auto found = component(middle, 1000, 22050);
  const double phase = 2 * std::numbers::pi * 1000 * static_cast<double>(kStart) / 22050;
  const auto expected = 0.5 * std::polar(1.0, phase - std::numbers::pi / 2);
  // 20 bits of precision: a ripple of 2^-20 = 1e-6, of which a few add up.
  CHECK(std::abs(found - expected) < 5e-6);
}

TEST_CASE("sound that the new rate can't carry is filtered out, not folded back") {
  // 15 kHz at 48 kHz would come back as 7,050 Hz.
  const Audio audio =
      decode_all(wav(WavFormat::kF32, 48000, 1, sine(15000, 0.5, 48000, 48000)), {});
  for (const float sample : std::span(audio.samples).subspan(5000, 10000)) {
    REQUIRE(std::abs(sample) < 1e-5F);  // -94 dB; "soxr high quality" promises more
  }
}

TEST_CASE("a float file may go beyond full scale") {
  const Audio audio =
      decode_all(wav(WavFormat::kF32, 22050, 1, std::vector<double>(4410, 1.5)), {});
  CHECK(audio.samples.at(2000) == 1.5F);
  CHECK(audio.warnings.empty());
}

TEST_CASE("silence is decoded to silence") {
  const Audio audio =
      decode_all(wav(WavFormat::kS16, 44100, 2, std::vector<double>(882000, 0.0)), {});
  REQUIRE(audio.samples.size() == 220500);
  for (const float sample : audio.samples) REQUIRE(sample == 0.0F);
  CHECK(audio.warnings.empty());
}

TEST_CASE("samples that are no numbers become 0, with a warning") {
  const double bad = GENERATE(std::numeric_limits<double>::quiet_NaN(),
                              -std::numeric_limits<double>::infinity(), 1e30);
  const WavFormat format = GENERATE(WavFormat::kF32, WavFormat::kF64);
  std::vector<double> samples(4410, 0.25);
  samples[1000] = bad;
  samples[1001] = bad;
  const Audio audio = decode_all(wav(format, 22050, 1, samples), {});
  CHECK(audio.samples.at(999) == 0.25F);
  CHECK(audio.samples.at(1000) == 0.0F);
  CHECK(audio.samples.at(1001) == 0.0F);
  CHECK(audio.warnings ==
        std::vector<std::string>{"2 samples were no numbers and count as silence"});
}

TEST_CASE("the rate of the result is the caller's choice") {
  const Audio audio = decode_all(wav(WavFormat::kS16, 44100, 1, sine(440, 0.5, 44100, 44100)),
                                 {.sample_rate_hz = 16000});
  CHECK(audio.samples.size() == 16000);
}

TEST_CASE("threads that decode at once get what one alone gets") {
  const auto paths = small_files();
  std::vector<Audio> alone(paths.size());
  std::vector<Audio> together(paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) alone[i] = decode_all(read_data(paths[i]), {});
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    threads.emplace_back([&, i] { together[i] = decode_all(read_data(paths[i]), {}); });
  }
  threads.clear();
  for (std::size_t i = 0; i < paths.size(); ++i) {
    INFO(paths[i]);
    CHECK((alone[i].samples == together[i].samples));
  }
}

}  // namespace
}  // namespace aura::audio
