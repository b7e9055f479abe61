#include "aura/dsp/beat_tracker.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "aura/base/error.h"

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

TEST_CASE("beats: lie on pulses, and their mean distance is the pulses' to a part in a thousand") {
  const double period = GENERATE(10.8, 14.37, 21.5, 43.1, 60.0);
  INFO(period);
  const auto onsets = pulses(2000, period, 7, 1990);
  const auto beats = track_beats(onsets, period);
  REQUIRE(beats.size() > 20);
  for (const double beat : beats) CHECK(onsets[static_cast<std::size_t>(beat)] > 0);
  CHECK(mean_period(std::vector<std::vector<double>>{beats}) == Approx(period).epsilon(1e-3));
}

TEST_CASE("beats: runs of them have one period, wherever each begins") {
  CHECK(mean_period(std::vector<std::vector<double>>{
            {0, 10, 20}, {107, 117, 127, 137}, {300}, {}}) == Approx(10));
}

TEST_CASE("beats: go on through a silence within the music, but not before or after it") {
  auto onsets = pulses(2000, 20, 300, 1500);
  std::fill(onsets.begin() + 800, onsets.begin() + 950, 0.0F);
  const auto beats = track_beats(onsets, 20);
  REQUIRE_FALSE(beats.empty());
  CHECK(beats.front() >= 299);
  CHECK(beats.back() <= 1501);
  for (std::size_t i = 1; i < beats.size(); ++i)
    CHECK(beats[i] - beats[i - 1] == Approx(20).margin(2));
}

TEST_CASE("beats: follow a tempo that drifts") {
  std::vector<float> onsets(3000, 0.0F);
  double at = 5;
  for (double period = 20; at < 2990; period += 0.02) {
    onsets[static_cast<std::size_t>(std::lround(at))] = 4;
    at += period;
  }
  for (const double beat : track_beats(onsets, 21))
    CHECK(onsets[static_cast<std::size_t>(beat)] > 0);
}

TEST_CASE("beats: there are none in silence") {
  CHECK(track_beats(std::vector<float>(500, 0.0F), 20).empty());
  CHECK(track_beats({}, 20).empty());
}

TEST_CASE("beats: are given up when told to stop") {
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(track_beats(pulses(100, 10, 0, 90), 10, stop.get_token()), Stopped);
}

}  // namespace
}  // namespace aura::dsp
