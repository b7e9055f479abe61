#include "aura/dsp/dynamics.h"

#include <catch2/catch.hpp>
#include <cmath>
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
