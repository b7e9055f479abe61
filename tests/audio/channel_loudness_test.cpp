#include "channel_loudness.h"

#include <catch2/catch.hpp>
#include <concepts>
#include <limits>
#include <numbers>
#include <vector>

#include "channels.h"
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
  CHECK(weights_of("3 channels") == std::vector<double>(3, 1.0));
  CHECK(weights_of("4 channels") == std::vector<double>{1, 1, 1.41, 1.41});
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

TEST_CASE("loudness of channels: a track may change its rate, its channels and its samples") {
  // Each -20 LUFS: a single channel has as much of it as two at 3 dB less.
  ChannelLoudness loudness;
  const auto push = [&](int rate_hz, const char* layout, AVSampleFormat format, double amplitude) {
    const FrameHandle frame(allocated(av_frame_alloc()));
    const auto tone =
        sine(1000, amplitude, rate_hz, std::size_t{5} * static_cast<unsigned>(rate_hz));
    frame->sample_rate = rate_hz;
    frame->format = format;
    frame->nb_samples = static_cast<int>(tone.size());
    REQUIRE(av_channel_layout_from_string(&frame->ch_layout, layout) == 0);
    REQUIRE(av_frame_get_buffer(frame.get(), 0) == 0);
    use_channels(*frame, [&](const auto& channels) {
      for (std::size_t c = 0; c < channels.size(); ++c) {
        using Sample = decltype(channels[c][0]);
        auto* samples = const_cast<Sample*>(channels[c].samples);
        const double scale = std::floating_point<Sample> ? 1 : 32768;
        for (std::size_t i = 0; i < tone.size(); ++i)
          samples[i * channels[c].stride] = static_cast<Sample>(scale * tone[i]);
      }
    });
    loudness.push(*frame);
  };
  push(48'000, "stereo", AV_SAMPLE_FMT_FLTP, 0.1);
  push(44'100, "mono", AV_SAMPLE_FMT_S16, 0.1 * std::numbers::sqrt2);
  push(22'050, "stereo", AV_SAMPLE_FMT_S16, 0.1);
  push(22'050, "stereo", AV_SAMPLE_FMT_DBL, 0.1);
  CHECK(loudness.loudness().integrated_lufs.value() == Approx(-20).margin(0.1));
}

}  // namespace
}  // namespace aura::audio
