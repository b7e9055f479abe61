#include "aura/dsp/loudness.h"

#include <ebur128.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <random>
#include <utility>
#include <vector>

#include "every_lanes.h"
#include "signals.h"

namespace aura::dsp {
namespace {

using Signal = std::vector<float>;

void play(LoudnessMeter& meter, const std::vector<Signal>& channels, std::size_t block = 1152) {
  const std::size_t size = channels.front().size();
  for (std::size_t done = 0, count = 0; done < size; done += count) {
    count = std::min({block, size - done, meter.room()});
    for (std::size_t c = 0; c < channels.size(); ++c)
      std::copy_n(channels[c].begin() + static_cast<std::ptrdiff_t>(done), count,
                  meter.channel(c).begin());
    meter.take(count);
  }
}

Loudness loudness_of(int rate_hz, const std::vector<double>& weights,
                     const std::vector<Signal>& channels, const Lanes& lanes = fastest_lanes()) {
  LoudnessMeter meter(lanes);
  meter.begin(rate_hz, weights);
  play(meter, channels);
  return meter.loudness();
}

/// A sine of 1 kHz at 48 kHz, of so many dBFS for so many seconds, one after the other.
Signal tone(const std::vector<std::pair<double, double>>& levels) {
  Signal signal;
  for (const auto& [dbfs, seconds] : levels) {
    const double amplitude = std::pow(10, dbfs / 20);
    const auto end = signal.size() + static_cast<std::size_t>(seconds * 48'000);
    signal.reserve(end);
    for (std::size_t n = signal.size(); n < end; ++n) {
      const double turns = static_cast<double>(n % 48) / 48;
      signal.push_back(static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * turns)));
    }
  }
  return signal;
}

/// Noise that is louder and softer from one half second to the next.
Signal music(int rate_hz, std::size_t seconds, unsigned seed) {
  const auto size = seconds * static_cast<std::size_t>(rate_hz);
  auto signal = test::noise(1, size);
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> level_db(-15, -3);
  float gain = 0;
  for (std::size_t n = 0; n < size; ++n) {
    if (n % static_cast<std::size_t>(rate_hz / 2) == 0)
      gain = static_cast<float>(std::pow(10, level_db(random) / 20));
    signal[n] *= gain;
  }
  return signal;
}

struct Reference {
  double lufs = 0;
  double peak = 0;
};

Reference libebur128_of(int rate_hz, const std::vector<Signal>& channels) {
  const auto count = static_cast<unsigned>(channels.size());
  ebur128_state* state = ebur128_init(count, static_cast<unsigned long>(rate_hz),
                                      EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK);
  REQUIRE(state != nullptr);
  std::vector<float> frame(channels.size());
  for (std::size_t n = 0; n < channels.front().size(); ++n) {
    for (std::size_t c = 0; c < channels.size(); ++c) frame[c] = channels[c][n];
    ebur128_add_frames_float(state, frame.data(), 1);
  }
  Reference reference;
  CHECK(ebur128_loudness_global(state, &reference.lufs) == EBUR128_SUCCESS);
  for (unsigned c = 0; c < count; ++c) {
    double peak = 0;
    ebur128_true_peak(state, c, &peak);
    reference.peak = std::max(reference.peak, peak);
  }
  ebur128_destroy(&state);
  return reference;
}

TEST_CASE("loudness: EBU's test signals have the integrated loudness that EBU says") {
  // EBU Tech 3341, cases 1 to 5, and the tolerance that it gives.
  const auto [levels, lufs] = GENERATE(table<std::vector<std::pair<double, double>>, double>(
      {{{{-23, 20}}, -23},
       {{{-33, 20}}, -33},
       {{{-36, 10}, {-23, 60}, {-36, 10}}, -23},
       {{{-72, 10}, {-36, 10}, {-23, 60}, {-36, 10}, {-72, 10}}, -23},
       {{{-26, 20}, {-20, 20.1}, {-26, 20}}, -23}}));
  const Signal signal = tone(levels);
  const auto loudness = loudness_of(48'000, {1, 1}, {signal, signal});
  REQUIRE(loudness.integrated_lufs);
  CHECK(*loudness.integrated_lufs == Approx(lufs).margin(0.1));
}

TEST_CASE("loudness: surround channels count by their weights, and none where it is 0") {
  // EBU Tech 3341, case 6, and a channel of effects beside it.
  const Signal front = tone({{-28, 20}});
  const Signal centre = tone({{-24, 20}});
  const Signal side = tone({{-30, 20}});
  const Signal effects = tone({{0, 20}});
  const auto loudness =
      loudness_of(48'000, {1, 1, 1, 0, 1.41, 1.41}, {front, front, centre, effects, side, side});
  CHECK(loudness.integrated_lufs.value() == Approx(-23).margin(0.1));
}

TEST_CASE("loudness: a single channel has half the power of two") {
  CHECK(loudness_of(48'000, {1}, {tone({{-23, 5}})}).integrated_lufs.value() ==
        Approx(-26.01).margin(0.1));
}

TEST_CASE("loudness: EBU's test signals have the range that EBU says") {
  // EBU Tech 3342, cases 1 to 4, and the tolerance that it gives.
  const auto [levels, range] = GENERATE(table<std::vector<std::pair<double, double>>, double>(
      {{{{-20, 20}, {-30, 20}}, 10},
       {{{-20, 20}, {-15, 20}}, 5},
       {{{-40, 20}, {-20, 20}}, 20},
       {{{-50, 20}, {-35, 20}, {-20, 20}, {-35, 20}, {-50, 20}}, 15}}));
  const Signal signal = tone(levels);
  const auto loudness = loudness_of(48'000, {1, 1}, {signal, signal});
  REQUIRE(loudness.range_lu);
  CHECK(*loudness.range_lu == Approx(range).margin(1));
}

TEST_CASE("loudness: the true peak of a sine is its amplitude, wherever its samples lie") {
  // EBU Tech 3341, cases 15 to 18, from -0.4 to +0.2 dB; a sine whose samples miss its peaks by 3
  // dB.
  const double frequency_hz = GENERATE(6'000.0, 8'000.0, 12'000.0);
  const double phase = GENERATE(0.0, 45.0, 60.0, 67.5);
  const int rate_hz = GENERATE(44'100, 48'000, 96'000);
  Signal signal(24'000);
  for (std::size_t n = 0; n < signal.size(); ++n) {
    const double turns = static_cast<double>(n) * frequency_hz / rate_hz + phase / 360;
    // Fading in and out, since a sudden start has peaks of its own.
    const double faded = std::sin(std::numbers::pi * static_cast<double>(n) / 24'000);
    signal[n] = static_cast<float>(0.5 * faded * std::sin(2 * std::numbers::pi * turns));
  }
  const auto peak = loudness_of(rate_hz, {1}, {signal}).true_peak_dbtp;
  REQUIRE(peak);
  CHECK(*peak > -6.02 - 0.4);
  CHECK(*peak < -6.02 + 0.2);
}

TEST_CASE("loudness: it is libebur128's, at any rate and on any instruction set") {
  const auto& lanes = test::every_lanes();
  const int rate_hz = GENERATE(8'000, 22'050, 44'100, 48'000, 96'000, 192'000);
  INFO(rate_hz);
  const Signal left = music(rate_hz, 12, 1);
  const Signal right = music(rate_hz, 12, 2);
  const auto reference = libebur128_of(rate_hz, {left, right});
  const auto loudness = loudness_of(rate_hz, {1, 1}, {left, right}, lanes);
  // Its steps are 100 ms to the sample, from which ours part by up to 60 ms in these seconds.
  CHECK(loudness.integrated_lufs.value() == Approx(reference.lufs).margin(0.02));
  // At 96 kHz its sinc is twice as long, which noise up to half the rate shows.
  if (rate_hz == 96'000) return;
  CHECK(loudness.true_peak_dbtp.value() == Approx(20 * std::log10(reference.peak)).margin(1e-3));
}

TEST_CASE(
    "loudness: low tones, and a constant beneath a tone, are libebur128's at high rates too") {
  const auto& lanes = test::every_lanes();
  const int rate_hz = GENERATE(44'100, 96'000, 192'000);
  const auto [constant, amplitude, frequency_hz] = GENERATE(table<double, double, double>(
      {{0, 0.125, 20}, {0, 0.5, 25}, {0, 0.5, 60}, {0.3, 0.01, 1000}, {0.1, 0.001, 1000}}));
  INFO(rate_hz << " " << constant << " " << frequency_hz);
  Signal signal(static_cast<std::size_t>(20 * rate_hz));
  for (std::size_t n = 0; n < signal.size(); ++n) {
    const double turns = static_cast<double>(n) * frequency_hz / rate_hz;
    signal[n] = static_cast<float>(constant + amplitude * std::sin(2 * std::numbers::pi * turns));
  }
  // Single precision of the constant, 144 dB below it; and the steps, as above.
  CHECK(loudness_of(rate_hz, {1}, {signal}, lanes).integrated_lufs.value() ==
        Approx(libebur128_of(rate_hz, {signal}).lufs).margin(0.05));
}

TEST_CASE("loudness: silence and what is too short have none") {
  CHECK(LoudnessMeter().loudness() == Loudness{});
  CHECK(loudness_of(44'100, {1, 1}, {Signal(200'000, 0.0F), Signal(200'000, 0.0F)}) == Loudness{});
  const auto brief = loudness_of(48'000, {1}, {tone({{-20, 0.3}})});
  CHECK_FALSE(brief.integrated_lufs);
  CHECK_FALSE(brief.range_lu);
  CHECK(brief.true_peak_dbtp.value() == Approx(-20).margin(0.1));
  const auto short_of_range = loudness_of(48'000, {1}, {tone({{-20, 2.5}})});
  CHECK(short_of_range.integrated_lufs);
  CHECK_FALSE(short_of_range.range_lu);
}

TEST_CASE("loudness: a constant is not heard, though its samples peak") {
  const int rate_hz = GENERATE(44'100, 96'000, 192'000);
  const Signal signal(static_cast<std::size_t>(20 * rate_hz), 0.5F);
  const auto constant = loudness_of(rate_hz, {1}, {signal});
  // The blocks with its beginning alone.
  CHECK(constant.integrated_lufs.value() ==
        Approx(libebur128_of(rate_hz, {signal}).lufs).margin(0.1));
  CHECK(constant.true_peak_dbtp.value() > -6.1);
}

TEST_CASE("loudness: a track may go on at another rate, with other channels") {
  LoudnessMeter meter;
  const Signal signal = tone({{-23, 10}});
  meter.begin(48'000, std::vector{1.0, 1.0});
  play(meter, {signal, signal});
  meter.begin(24'000, std::vector{1.0, 1.0, 0.0});
  play(meter, {signal, signal, signal});
  // 2 kHz the first, 500 Hz the second: K-weighting sets them apart by less than half a dB from 1
  // kHz.
  CHECK(meter.loudness().integrated_lufs.value() == Approx(-23).margin(0.5));
}

TEST_CASE("loudness: is the same however the samples are cut into blocks") {
  const Signal signal = music(44'100, 5, 3);
  const auto whole = loudness_of(44'100, {1}, {signal});
  const std::size_t block = GENERATE(as<std::size_t>{}, 1, 1000, 100'000);
  LoudnessMeter meter;
  meter.begin(44'100, std::vector{1.0});
  play(meter, {signal}, block);
  CHECK(meter.loudness() == whole);
}

}  // namespace
}  // namespace aura::dsp
