#include "aura/dsp/beat_tracker.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "aura/base/error.h"
#include "aura/dsp/beat_grid.h"
#include "aura/dsp/local_tempo.h"

namespace aura::dsp {
namespace {

/// Pulses each `period` frames from `first` to `last`.
std::vector<float> pulses(std::size_t length, double period, double first, double last) {
  std::vector<float> onsets(length, 0.0F);
  for (double at = first; at <= last; at += period) {
    onsets[static_cast<std::size_t>(std::lround(at))] = 4;
  }
  return onsets;
}

/// Tracks beats of one period, which are strong where onsets are.
std::vector<double> track(const std::vector<float>& onsets, double period) {
  return track_beats(onsets, onsets, std::vector<double>(onsets.size(), period));
}

TEST_CASE("beats: lie on pulses, and their mean distance is the pulses' to a part in a thousand") {
  const double period = GENERATE(10.8, 14.37, 21.5, 43.1, 60.0);
  INFO(period);
  const auto onsets = pulses(2000, period, 7, 1990);
  const auto beats = track(onsets, period);
  REQUIRE(beats.size() > 20);
  for (const double beat : beats) CHECK(onsets[static_cast<std::size_t>(std::lround(beat))] > 0);
  const auto grid = fit_grid(std::vector<std::vector<double>>{beats});
  CHECK(grid.steadiness == Steadiness::kSteady);
  CHECK(grid.period == Approx(period).epsilon(1e-3));
}

TEST_CASE("beats: go on through a silence within the music, but not before or after it") {
  auto onsets = pulses(2000, 20, 300, 1500);
  std::fill(onsets.begin() + 800, onsets.begin() + 950, 0.0F);
  const auto beats = track(onsets, 20);
  REQUIRE_FALSE(beats.empty());
  CHECK(beats.front() >= 299);
  CHECK(beats.back() <= 1501);
  for (std::size_t i = 1; i < beats.size(); ++i)
    CHECK(beats[i] - beats[i - 1] == Approx(20).margin(2));
}

TEST_CASE("beats: follow a tempo that drifts") {
  std::vector<float> onsets(3000, 0.0F);
  std::size_t strokes = 0;
  double at = 5;
  for (double period = 20; at < 2990; period += 0.02, ++strokes) {
    onsets[static_cast<std::size_t>(std::lround(at))] = 4;
    at += period;
  }
  // 20 frames at the beginning, 22.7 at the end.
  const auto beats = track_beats(onsets, onsets, local_periods(onsets, 21.3));
  for (const double beat : beats) CHECK(onsets[static_cast<std::size_t>(std::lround(beat))] > 0);
  CHECK(beats.size() + 2 >= strokes);
}

TEST_CASE("beats: keep their phase through bars in which off-beats are as loud") {
  auto onsets = pulses(3000, 20, 10, 2990);
  for (std::size_t t = 1400; t < 1800; t += 20) onsets[t] = 4.5F;  // 1400 is an off-beat
  for (const double beat : track(onsets, 20)) CHECK(std::abs(std::remainder(beat - 10, 20)) <= 1);
}

TEST_CASE("beats: there are none in silence") {
  CHECK(track(std::vector<float>(500, 0.0F), 20).empty());
  CHECK(track({}, 20).empty());
}

TEST_CASE("beats: are given up when told to stop") {
  std::stop_source stop;
  stop.request_stop();
  const auto onsets = pulses(100, 10, 0, 90);
  const std::vector<double> periods(onsets.size(), 10);
  CHECK_THROWS_AS(track_beats(onsets, onsets, periods, stop.get_token()), Stopped);
  CHECK_THROWS_AS(local_periods(onsets, 10, stop.get_token()), Stopped);
}

}  // namespace
}  // namespace aura::dsp
