#include "aura/dsp/metre.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "aura/dsp/bar_features.h"
#include "aura/dsp/framing.h"

namespace aura::dsp {
namespace {

constexpr std::size_t kPeriod = 20;
constexpr std::size_t kFrames = 2000;
using Runs = std::vector<std::vector<double>>;

/// The beat at which the phase moves.
constexpr std::size_t kJump = 80;

std::size_t place_of(std::size_t beat, std::size_t bar, std::size_t jump) {
  return (beat + (beat >= kJump ? jump : 0)) % bar;
}

/// A kick on the first of each `bar` beats, a snare on the last; the phase moves on by `jump`
/// beats.
OnsetCurves drums(std::size_t bar, std::size_t jump) {
  OnsetCurves curves;
  for (auto* curve : {&curves.low, &curves.mid, &curves.high, &curves.chords})
    curve->resize(kFrames);
  for (auto& accents : curves.accents) accents.resize(kFrames);
  for (auto& levels : curves.levels) levels.resize(kFrames);
  curves.sounds.assign(kFrames, true);
  for (std::size_t t = 10, beat = 0; t < kFrames; t += kPeriod, ++beat) {
    const std::size_t place = place_of(beat, bar, jump);
    curves.high[t] = 2;
    if (place == 0) curves.low[t] = curves.accents[0][t] = curves.chords[t] = 4;
    if (place + 1 == bar) curves.mid[t] = curves.accents[1][t] = 3;
  }
  return curves;
}

/// What tells the bars of runs of beats: drums, and another chord with each bar.
std::vector<Eigen::ArrayXXd> bars(std::size_t bar, const Runs& runs, std::size_t jump = 0) {
  std::vector<Eigen::ArrayXXf> spectra;
  for (const auto& run : runs) {
    auto& of_run = spectra.emplace_back(Eigen::ArrayXXf::Constant(
        static_cast<Eigen::Index>(kMelBands), static_cast<Eigen::Index>(run.size()), 20));
    for (std::size_t i = 0; i < run.size(); ++i) {
      const auto beat = static_cast<std::size_t>(std::lround((run[i] - 10) / kPeriod));
      const std::size_t place = place_of(beat, bar, jump);
      const auto chord = static_cast<Eigen::Index>((beat - std::min(beat, place)) % 11);
      auto column = of_run.col(static_cast<Eigen::Index>(i));
      column.segment(4 + 4 * chord, 4) += 20;
      if (place == 0) column.head(11) += 10;
    }
  }
  return bar_features(beat_curves(drums(bar, jump)), spectra, runs);
}

std::vector<double> beats(std::size_t from, std::size_t to) {
  std::vector<double> run;
  for (std::size_t beat = from; beat < to; ++beat)
    run.push_back(10 + static_cast<double>(beat * kPeriod));
  return run;
}

TEST_CASE("metre: repeats as often as bars have beats, and at multiples") {
  for (std::size_t i = 0; i < kBars.size(); ++i) {
    CAPTURE(kBars[i]);
    const auto evidence = bar_evidence(bars(kBars[i], Runs{beats(0, 100)}));
    CHECK(evidence[i] > 0.3);
    CHECK(evidence[kBars.size() + i] > 0.5);
    for (std::size_t other = 0; other < kBars.size(); ++other) {
      if (kBars[other] % kBars[i] == 0 || kBars[i] % kBars[other] == 0) continue;
      CAPTURE(kBars[other]);
      CHECK(evidence[other] < 0.2);
      CHECK(evidence[kBars.size() + other] < evidence[kBars.size() + i] - 0.2);
    }
  }
}

TEST_CASE("metre: bars of three and of four begin where kick and chord are") {
  for (const std::size_t bar : {3U, 4U}) {
    CAPTURE(bar);
    const MetreOdds odds{bar == 3 ? 0.1 : 0.9, bar == 3 ? 0.9 : 0.1, 0.001};
    const auto metre = find_metre(bars(bar, Runs{beats(0, 100)}), odds);
    CHECK(metre.beats_per_bar == bar);
    CHECK_FALSE(metre.compound);
    CHECK(metre.confidence > 0.5);
    REQUIRE(metre.downbeats.size() == 1);
    CHECK(metre.downbeats[0].size() == (100 + bar - 1) / bar);
    for (const auto beat : metre.downbeats[0]) CHECK(beat % bar == 0);
  }
}

TEST_CASE("metre: a bar that is too short moves the downbeats after it") {
  const auto metre = find_metre(bars(4, Runs{beats(0, 100)}, 1), {0.99, 0.001, 0.001});
  REQUIRE(metre.beats_per_bar == 4);
  std::size_t right = 0;
  for (const auto beat : metre.downbeats[0])
    right += static_cast<std::size_t>((beat + (beat >= kJump ? 1 : 0)) % 4 == 0);
  CHECK(right + 1 >= 25);
  CHECK(metre.downbeats[0].size() <= 27);
}

TEST_CASE("metre: each run has bars of its own, and without beats there are none") {
  const auto metre = find_metre(bars(4, Runs{beats(0, 41), {}, beats(63, 100)}), {1, 0, 0});
  REQUIRE(metre.beats_per_bar == 4);
  REQUIRE(metre.downbeats.size() == 3);
  CHECK(metre.downbeats[1].empty());
  for (const auto beat : metre.downbeats[2]) CHECK((beat + 63) % 4 == 0);
  CHECK(find_metre(bars(4, Runs{}), {}).beats_per_bar == 0);
  CHECK(find_metre(bars(4, Runs{{}}), {}).beats_per_bar == 0);
}

TEST_CASE("metre: levels that are divided in three make it compound") {
  const auto metre = find_metre(bars(2, Runs{beats(0, 100)}), {0.001, 0.001, 0.998});
  CHECK(metre.compound);
  CHECK(metre.beats_per_bar == 2);
}

}  // namespace
}  // namespace aura::dsp
