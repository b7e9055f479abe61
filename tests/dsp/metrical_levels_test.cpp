#include "aura/dsp/metrical_levels.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "aura/base/error.h"
#include "log_mel_of.h"
#include "signals.h"

namespace aura::dsp {
namespace {

/// 5 ms of noise at each beat of `bpm`, the first of each `bar` beats with a low thump as well.
std::vector<float> clicks(double bpm, std::size_t bar, double seconds) {
  std::vector<float> signal(static_cast<std::size_t>(seconds * test::kSampleRateHz), 0.0F);
  const auto click = test::noise(0.5, 110);
  const auto thump = test::sine(80, 0.8, 2205);
  const double period = 60 * test::kSampleRateHz / bpm;
  for (std::size_t beat = 0;; ++beat) {
    const auto at = static_cast<std::size_t>(std::lround(static_cast<double>(beat) * period));
    if (at + thump.size() > signal.size()) return signal;
    for (std::size_t i = 0; i < click.size(); ++i) signal[at + i] += click[i];
    for (std::size_t i = 0; i < thump.size() && beat % bar == 0; ++i) signal[at + i] += thump[i];
  }
}

MetricalLevels levels_of(const std::vector<float>& signal) {
  return metrical_levels(onset_curves(test::log_mel_of(signal)));
}

TEST_CASE("metrical levels: clicks of any tempo repeat at it or at a simple multiple") {
  const double bpm = GENERATE(40.0, 60.0, 87.3, 120.0, 150.0, 174.0, 200.0, 240.0);
  INFO(bpm);
  const auto found = levels_of(clicks(bpm, 4, 40));
  REQUIRE_FALSE(found.levels.empty());
  const double ratio = found.levels.front().bpm / bpm;
  INFO(ratio);
  double off = 1;
  for (const double simple : {0.25, 1.0 / 3, 0.5, 1.0, 2.0, 3.0, 4.0}) {
    off = std::min(off, std::abs(ratio / simple - 1));
  }
  // A frame is 23 ms, a quarter of a percent of the longest lags that tell.
  CHECK(off < 0.01);
}

TEST_CASE("metrical levels: what is named is the likeliest, its simple multiples two thirds so") {
  const auto named = [](std::vector<MetricalLevel> levels) {
    return levels.at(best_choice(levels)).bpm;
  };
  CHECK(named({{100, 1}}) == 100);
  // Alone among others it is the likeliest that counts.
  CHECK(named({{100, 0.3}, {130, 0.4}, {170, 0.3}}) == 130);
  // 0.35 and 2/3 of 0.25 are more than 0.4; 0.28 and 2/3 of 0.22 are less than 0.5.
  CHECK(named({{134, 0.4}, {90, 0.35}, {181, 0.25}}) == 90);
  CHECK(named({{134, 0.5}, {90, 0.22}, {181, 0.28}}) == 134);
  CHECK(named({{134, 0.4}, {50, 0.35}, {148, 0.25}}) == 50);
  // Three halves are no simple multiple, and what is 4 % off is none either.
  CHECK(named({{134, 0.4}, {90, 0.35}, {135.0, 0.0}, {60, 0.25}}) == 134);
  CHECK(named({{134, 0.4}, {90, 0.35}, {187.2, 0.25}}) == 134);
}

TEST_CASE("metrical levels: weights add up to 1, the greatest first after the one named") {
  const auto levels = levels_of(clicks(120, 4, 30)).levels;
  double total = 0;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    total += levels[i].weight;
    CHECK(levels[i].bpm >= 42);
    CHECK(levels[i].bpm <= 235);
    if (i > 1) CHECK(levels[i].weight <= levels[i - 1].weight);
  }
  CHECK(total == Approx(1));
}

TEST_CASE("metrical levels: nothing repeats in silence") {
  const auto found = levels_of(std::vector<float>(220'500, 0.0F));
  CHECK(found.levels.empty());
  CHECK(found.pulse == 0);
}

TEST_CASE("metrical levels: noise has hardly a pulse, clicks have a clear one") {
  CHECK(levels_of(test::noise(0.3, 30 * 22050)).pulse < 0.1);
  CHECK(levels_of(clicks(100, 4, 30)).pulse > 0.3);
}

TEST_CASE("metrical levels: one stroke and a steady tone don't repeat, however short the track") {
  const double seconds = GENERATE(0.5, 1.5, 3.0, 5.0, 8.0);
  std::vector<float> stroke(static_cast<std::size_t>(seconds * 22050), 0.0F);
  stroke[stroke.size() / 3] = 0.5F;
  CHECK(levels_of(stroke).levels.empty());
  CHECK(levels_of(test::sine(440, 0.5, stroke.size())).levels.empty());
}

TEST_CASE("metrical levels: the shortest tracks have finite ones or none") {
  const std::size_t length = GENERATE(as<std::size_t>{}, 0, 1, 512, 5000, 30'000);
  INFO(length);
  for (const auto& level : levels_of(test::noise(0.3, length)).levels) {
    CHECK(std::isfinite(level.bpm));
    CHECK(std::isfinite(level.weight));
  }
}

TEST_CASE("metrical levels: the odds of the metres add up to 1") {
  const auto metre = levels_of(clicks(120, 3, 30)).metre;
  CHECK(metre.simple + metre.three + metre.compound == Approx(1));
  CHECK(std::min({metre.simple, metre.three, metre.compound}) >= 0);
}

TEST_CASE("metrical levels: give up when they are told to stop") {
  std::stop_source stop;
  stop.request_stop();
  const auto log_mel = test::log_mel_of(clicks(120, 4, 5));
  CHECK_THROWS_AS(onset_curves(log_mel, stop.get_token()), Stopped);
  CHECK_THROWS_AS(metrical_levels(onset_curves(log_mel), stop.get_token()), Stopped);
}

}  // namespace
}  // namespace aura::dsp
