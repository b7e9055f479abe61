#include "aura/dsp/dynamics.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "every_lanes.h"
#include "signals.h"

namespace aura::dsp {
namespace {

double complexity_of(std::span<const float> signal, const Lanes& lanes = fastest_lanes()) {
  DynamicsMeter meter(lanes);
  meter.push(signal);
  return meter.complexity();
}

/// Ten seconds each of a sine at these levels.
std::vector<float> levels(std::initializer_list<double> amplitudes) {
  std::vector<float> signal;
  for (const double amplitude : amplitudes) {
    const auto part = test::sine(2000, amplitude, 10 * test::kSampleRateHz);
    signal.insert(signal.end(), part.begin(), part.end());
  }
  return signal;
}

TEST_CASE("dynamics: a steady sound has none, but for its beginning") {
  const auto& lanes = test::every_lanes();
  // The first fifth of a second misses what the smoothing has yet to reach, exp(-0.2 / 0.035) of
  // the power: a hundredth of a dB in one of fifty.
  CHECK(complexity_of(levels({0.5}), lanes) < 0.01);
  CHECK(complexity_of(test::noise(0.5, 20 * test::kSampleRateHz), lanes) < 0.3);
}

TEST_CASE("dynamics: of two levels is their distance from a level that weighs the louder more") {
  // 20 dB apart, so the softer weighs 0.9^20 of the louder; where both last as long, the mean of
  // their distances is half of that between them. The fall from one to the other is one level of a
  // hundred, up to 10 dB off.
  CHECK(complexity_of(levels({0.5, 0.05})) == Approx(10).margin(0.2));
  const double softer = std::pow(0.9, 20);
  const double level = 20 * softer / (2 + softer);  // below the louder
  CHECK(complexity_of(levels({0.5, 0.5, 0.05})) == Approx((level + 20) / 3).margin(0.2));
}

TEST_CASE("dynamics: lower tones count for less, by a first-order high-pass") {
  // Two seconds in turn of 2 kHz and of `hz`, as loud: two levels, and so half of what the
  // high-pass sets between them. Its pole is that of Essentia's at 44,100 Hz, at half the rate.
  const double hz = GENERATE(50.0, 200.0, 800.0);
  const auto gain_db = [](double of_hz) {
    const double pole = 0.9719 * 0.9719;
    const double turn = 2 * std::numbers::pi * of_hz / test::kSampleRateHz;
    const std::complex<double> z = std::polar(1.0, -turn);
    return 20 * std::log10(std::abs((1 + pole) / 2 * (1.0 - z) / (1.0 - pole * z)));
  };
  std::vector<float> signal;
  for (int turn = 0; turn < 10; ++turn) {
    for (const double tone_hz : {2000.0, hz}) {
      const auto part = test::sine(tone_hz, 0.5, 2 * test::kSampleRateHz);
      signal.insert(signal.end(), part.begin(), part.end());
    }
  }
  // Where tones meet, one level in ten lies between both.
  CHECK(complexity_of(signal) ==
        Approx((gain_db(2000) - gain_db(hz)) / 2).epsilon(0.1).margin(0.1));
}

TEST_CASE("dynamics: silence before and after the sound doesn't count") {
  auto signal = levels({0.5, 0.25});
  const double alone = complexity_of(signal);
  signal.insert(signal.begin(), 230'000, 0.0F);
  signal.insert(signal.end(), 230'000, 0.0F);
  // What fades at the end, down to -90 dB within 0.035 * ln(1e9) = 0.7 s: three or four levels of
  // 103, some 45 dB off.
  CHECK(complexity_of(signal) == Approx(alone).margin(2));
}

TEST_CASE("dynamics: is the same however the samples are cut into blocks, and at any loudness") {
  auto signal = levels({0.5, 0.1, 0.3});
  DynamicsMeter meter;
  for (std::size_t at = 0, size = 1; at < signal.size(); at += size, size = size * 3 % 20'011) {
    size = std::min(size, signal.size() - at);
    meter.push(std::span(signal).subspan(at, size));
  }
  const double whole = complexity_of(signal);
  CHECK(meter.complexity() == whole);
  for (float& sample : signal) sample *= 0.125F;
  // Levels are kept in single precision.
  CHECK(complexity_of(signal) == Approx(whole).epsilon(1e-4));
}

TEST_CASE("dynamics: of silence and of what is too short are 0") {
  CHECK(complexity_of(std::vector<float>(200'000, 0.0F)) == 0);
  CHECK(complexity_of(test::noise(0.5, 4000)) == 0);
  CHECK(complexity_of({}) == 0);
}

}  // namespace
}  // namespace aura::dsp
