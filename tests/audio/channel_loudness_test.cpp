#include "channel_loudness.h"

#include <catch2/catch.hpp>
#include <limits>
#include <vector>

#include "files.h"
#include "wav.h"

namespace aura::audio {
namespace {

constexpr int kRateHz = 48'000;

/// 1 kHz for five seconds in each channel.
std::vector<double> tone(int channels, double amplitude) {
  std::vector<double> samples;
  for (const double sample : sine(1000, amplitude, kRateHz, std::size_t{5} * kRateHz))
    samples.insert(samples.end(), static_cast<std::size_t>(channels), sample);
  return samples;
}

double lufs_of(const std::vector<std::uint8_t>& file) {
  return decode_all(file).loudness.integrated_lufs.value();
}

/// Of a layout that FFmpeg calls so.
std::vector<double> weights_of(const char* name) {
  AVChannelLayout layout{};
  REQUIRE(av_channel_layout_from_string(&layout, name) == 0);
  return loudness_weights(layout);
}

TEST_CASE("loudness of channels: each weighs as its speaker does") {
  using Weights = std::vector<double>;
  CHECK(weights_of("mono") == Weights{1});
  CHECK(weights_of("stereo") == Weights{1, 1});
  CHECK(weights_of("5.1") == Weights{1, 1, 1, 0, 1.41, 1.41});
  CHECK(weights_of("5.1(side)") == Weights{1, 1, 1, 0, 1.41, 1.41});
  // Left and right, centre, effects, back, side.
  CHECK(weights_of("7.1") == Weights{1, 1, 1, 0, 1, 1, 1.41, 1.41});
}

TEST_CASE("loudness of channels: without a layout, those are taken that the number is usual for") {
  CHECK(weights_of("6 channels") == weights_of("5.1"));
  CHECK(weights_of("63 channels") == std::vector<double>(63, 1.0));
}

TEST_CASE("loudness of channels: every sample format has the same") {
  const auto format =
      GENERATE(WavFormat::kS16, WavFormat::kS24, WavFormat::kS32, WavFormat::kF32, WavFormat::kF64);
  // -20 dBFS in two channels: EBU Tech 3341, and its tolerance.
  CHECK(lufs_of(wav(format, kRateHz, 2, tone(2, 0.1))) == Approx(-20).margin(0.1));
}

TEST_CASE("loudness of channels: it is measured before they are mixed and resampled") {
  // One against the other: their mean is silence.
  auto samples = tone(2, 0.1);
  for (std::size_t i = 0; i < samples.size(); i += 2) samples[i] = -samples[i];
  CHECK(lufs_of(wav(WavFormat::kS16, kRateHz, 2, samples)) == Approx(-20).margin(0.1));
  // 15 kHz, of which a rate of 22,050 Hz keeps nothing.
  const auto high = sine(15'000, 0.1, kRateHz, std::size_t{5} * kRateHz);
  CHECK(lufs_of(wav(WavFormat::kS16, kRateHz, 1, high)) > -21);
}

TEST_CASE("loudness of channels: samples that are no numbers count as silence") {
  auto samples = tone(2, 0.1);
  samples[1000] = std::numeric_limits<double>::infinity();
  samples[1001] = std::numeric_limits<double>::quiet_NaN();
  const auto loudness = decode_all(wav(WavFormat::kF32, kRateHz, 2, samples)).loudness;
  CHECK(loudness.integrated_lufs.value() == Approx(-20).margin(0.1));
  CHECK(loudness.true_peak_dbtp.value() == Approx(-20).margin(0.5));
}

TEST_CASE("loudness of channels: a stream that changes its rate and channels is one track") {
  // Two Vorbis streams in a row, as a radio station sends them.
  auto chained = read_data("audio/vorbis.ogg");
  const auto first = decode_all(chained).loudness;
  const auto second_file = read_data("music/night_train.ogg");
  const auto second = decode_all(second_file).loudness;
  chained.insert(chained.end(), second_file.begin(), second_file.end());
  const auto both = decode_all(chained).loudness;
  CHECK(both.true_peak_dbtp.value() >=
        Approx(std::max(first.true_peak_dbtp.value(), second.true_peak_dbtp.value())).margin(0.01));
  CHECK(both.integrated_lufs.has_value());
}

}  // namespace
}  // namespace aura::audio
