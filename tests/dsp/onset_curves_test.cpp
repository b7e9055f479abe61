#include "aura/dsp/onset_curves.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "log_mel_of.h"
#include "signals.h"

namespace aura::dsp {
namespace {

constexpr std::size_t kFrames = 430;  // 10 s

/// A tone of 50 ms each half second, every second one by `quieter` times quieter.
std::vector<float> tones(double hz, double quieter) {
  std::vector<float> signal(kFrames * test::kHopLength, 0.0F);
  constexpr std::size_t apart = test::kSampleRateHz / 2;
  for (std::size_t i = 1; (i + 1) * apart < signal.size(); ++i) {
    const auto tone = test::sine(hz, i % 2 == 0 ? 0.5 / quieter : 0.5, test::kSampleRateHz / 20);
    std::copy(tone.begin(), tone.end(), signal.begin() + static_cast<std::ptrdiff_t>(i * apart));
  }
  return signal;
}

/// The highest value near the tone that begins at half second `i`.
float near_tone(const std::vector<float>& curve, std::size_t i) {
  const auto at = static_cast<std::ptrdiff_t>(i * test::kSampleRateHz / 2 / test::kHopLength);
  return *std::max_element(curve.begin() + at - 4, curve.begin() + at + 5);
}

TEST_CASE("onset curves: an accent grows in proportion to its tone, an onset less") {
  const double quieter = 4;
  const auto curves = onset_curves(test::log_mel_of(tones(800, quieter)));
  // The spectrum of a tone that begins is the same but for its level, and so are its rises in
  // amplitude; what is taken from both, the mean around, is below a tenth of them.
  const auto accents = near_tone(curves.accents[1], 5) / near_tone(curves.accents[1], 6);
  CHECK(accents == Approx(quieter).epsilon(0.15));
  CHECK(near_tone(curves.mid, 5) / near_tone(curves.mid, 6) < accents);
}

TEST_CASE("onset curves: a tone is heard in its own register") {
  const auto [hz, own] = GENERATE(table<double, std::size_t>({{100, 0}, {800, 1}, {5000, 2}}));
  INFO(hz);
  const auto curves = onset_curves(test::log_mel_of(tones(hz, 1)));
  for (std::size_t other = 0; other < 3; ++other) {
    if (other == own) continue;
    CHECK(near_tone(curves.levels[own], 5) > near_tone(curves.levels[other], 5));
  }
}

TEST_CASE("onset curves: a tone that sets in beneath noise shows in its own register") {
  const auto [hz, own] = GENERATE(table<double, std::size_t>({{100, 0}, {800, 1}, {5000, 2}}));
  INFO(hz);
  // Softly, as a tone that is cut off is heard in every register.
  auto signal = test::noise(0.01, kFrames * test::kHopLength);
  constexpr std::size_t apart = test::kSampleRateHz / 2;
  constexpr std::size_t lasts = test::kSampleRateHz / 12;
  for (std::size_t begin = apart; begin + apart < signal.size(); begin += apart) {
    const auto tone = test::sine(hz, 0.5, lasts);
    for (std::size_t i = 0; i < lasts; ++i) {
      const double turn = 2 * std::numbers::pi * static_cast<double>(i) / lasts;
      signal[begin + i] += tone[i] * static_cast<float>((1 - std::cos(turn)) / 2);
    }
  }
  const auto curves = onset_curves(test::log_mel_of(signal));
  const auto at_tones = [](const std::vector<float>& curve) {
    float sum = 0;
    for (std::size_t i = 1; i < 19; ++i) sum += near_tone(curve, i);
    return sum / 18;
  };
  const std::array onsets{&curves.low, &curves.mid, &curves.high};
  for (std::size_t other = 0; other < 3; ++other) {
    if (other == own) continue;
    CHECK(at_tones(*onsets[own]) > at_tones(*onsets[other]));
    CHECK(at_tones(curves.accents[own]) > at_tones(curves.accents[other]));
  }
}

TEST_CASE("onset curves: a change of harmony shows in the chords, where it is and nowhere else") {
  std::vector<float> signal(kFrames * test::kHopLength, 0.0F);
  const auto play = [&](double hz, std::size_t begin) {
    const auto tone = test::sine(hz, 0.1, signal.size() / 2);
    for (std::size_t i = 0; i < tone.size(); ++i) signal[begin + i] += tone[i];
  };
  for (const double hz : {220.0, 277.2, 329.6}) play(hz, 0);
  for (const double hz : {246.9, 311.1, 370.0}) play(hz, signal.size() / 2);
  const auto& chords = onset_curves(test::log_mel_of(signal)).chords;
  const auto highest = std::max_element(chords.begin(), chords.end());
  CHECK(*highest > 3);
  // Within a few of the fifteen frames that are compared at either side.
  CHECK(std::abs(static_cast<double>(highest - chords.begin()) - kFrames / 2.0) <= 5);
  CHECK(*std::max_element(chords.begin() + 40, chords.begin() + 170) < *highest / 10);
}

TEST_CASE("onset curves: levels are relative to those around, whatever the volume") {
  auto signal = tones(800, 2);
  const auto loud = onset_curves(test::log_mel_of(signal));
  for (float& sample : signal) sample *= 0.1F;
  const auto quiet = onset_curves(test::log_mel_of(signal));
  for (std::size_t t = 0; t < loud.levels[1].size(); ++t) {
    // Sums of values in single precision.
    CHECK(quiet.levels[1][t] == Approx(loud.levels[1][t]).margin(1e-3));
    CHECK(quiet.accents[1][t] == Approx(loud.accents[1][t]).margin(1e-3));
  }
}

TEST_CASE("onset curves: silence has no onsets, accents, levels or chords") {
  const auto silence =
      onset_curves(test::log_mel_of(std::vector<float>(kFrames * test::kHopLength, 0.0F)));
  for (std::size_t r = 0; r < 3; ++r) {
    CHECK(silence.accents[r] == std::vector<float>(silence.accents[r].size(), 0.0F));
    CHECK(silence.levels[r] == std::vector<float>(silence.levels[r].size(), 0.0F));
  }
  for (const auto* curve : {&silence.low, &silence.mid, &silence.high, &silence.chords})
    CHECK(*curve == std::vector<float>(curve->size(), 0.0F));
  CHECK(silence.rise_db == 0);
}

}  // namespace
}  // namespace aura::dsp
