#include "aura/dsp/beat_strength.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "aura/base/error.h"
#include "aura/dsp/lateness.h"

namespace aura::dsp {
namespace {

/// Curves of a drummer: kick and snare on the beats from `first` on, a hi-hat on each half beat.
OnsetCurves drummer(std::size_t frames, std::size_t first, std::size_t period) {
  OnsetCurves curves;
  for (auto* curve : {&curves.low, &curves.mid, &curves.high, &curves.chords})
    curve->resize(frames);
  for (auto& accents : curves.accents) accents.resize(frames);
  for (auto& levels : curves.levels) levels.resize(frames);
  curves.sounds.assign(frames, true);
  for (std::size_t t = first, beat = 0; t < frames; t += period, ++beat) {
    (beat % 2 == 0 ? curves.low : curves.mid)[t] = 5;
    curves.accents[beat % 2][t] = 5;
    curves.high[t] = 3;
    if (t + period / 2 < frames) curves.high[t + period / 2] = 3;
  }
  return curves;
}

TEST_CASE("beat strength: is highest where kick and snare are, not where the hi-hat is alone") {
  const auto curves = drummer(600, 7, 22);
  const auto strength = beat_strength(beat_curves(curves), std::vector<double>(600, 22.0));
  REQUIRE(strength.size() == 600);
  for (std::size_t t = 51; t + 44 < 600; t += 22) {
    const auto highest = std::max_element(strength.begin() + static_cast<int>(t) - 11,
                                          strength.begin() + static_cast<int>(t) + 11);
    CHECK(std::abs(highest - strength.begin() - static_cast<int>(t)) <= 1);
  }
}

TEST_CASE("beat strength: of a frame or none there is nothing to tell") {
  CHECK(beat_strength(beat_curves(drummer(0, 0, 22)), {}).empty());
  CHECK(beat_strength(beat_curves(drummer(1, 0, 22)), std::vector<double>(1, 22.0)).size() == 1);
}

TEST_CASE("beat strength: is given up when told to stop") {
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(beat_strength(beat_curves(drummer(100, 0, 22)), std::vector<double>(100, 22.0),
                                stop.get_token()),
                  Stopped);
}

TEST_CASE("lateness: moves with the beats that are found, and reads nothing beyond the ends") {
  const auto curves = drummer(600, 20, 22);
  std::vector<double> beats;
  for (double at = 20; at < 600; at += 22) beats.push_back(at);
  auto later = beats;
  for (double& beat : later) beat += 0.5;
  CHECK(lateness_frames(curves, later) > lateness_frames(curves, beats));
  CHECK(lateness_frames(curves, beats) == Approx(0).margin(1.5));
  const double usual = lateness_frames(curves, {});
  for (const double end : {-1.0, 0.0, 2.5, 595.0, 595.5, 599.0})
    CHECK(lateness_frames(curves, std::vector<double>(4, end)) == usual);
}

}  // namespace
}  // namespace aura::dsp
