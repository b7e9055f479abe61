#include "aura/analysis/click_track.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

namespace aura::analysis {
namespace {

Rhythm rhythm_of(std::vector<double> beats_s, std::vector<double> downbeats_s = {}) {
  Rhythm rhythm;
  rhythm.beats_s = std::move(beats_s);
  rhythm.downbeats_s = std::move(downbeats_s);
  return rhythm;
}

std::vector<float> all_of(ClickTrack& track, std::size_t count, std::size_t block) {
  std::vector<float> samples;
  while (samples.size() < count) {
    const auto next = track.next(std::min(block, count - samples.size()));
    samples.insert(samples.end(), next.begin(), next.end());
  }
  return samples;
}

/// How often the sign changes from sample `from` on, in `count` samples.
int sign_changes(std::span<const float> samples, std::size_t from, std::size_t count) {
  int changes = 0;
  for (std::size_t i = from + 1; i < from + count; ++i)
    changes += static_cast<int>((samples[i] < 0) != (samples[i - 1] < 0));
  return changes;
}

}  // namespace

TEST_CASE("click track: each click begins, with its peak, at the sample nearest to its beat") {
  const int rate_hz = GENERATE(8000, 44'100, 48'000, 96'000);
  const std::vector<double> beats_s{0, 0.2, 0.50001, 0.7123456, 1.2};
  ClickTrack track(rhythm_of(beats_s, {0, 0.7123456}), rate_hz);
  const auto samples = all_of(track, static_cast<std::size_t>(rate_hz) * 3 / 2, 1000);
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < samples.size(); ++i)
    if (samples[i] == 1.0F) starts.push_back(i);
  REQUIRE(starts.size() == beats_s.size());
  for (std::size_t beat = 0; beat < starts.size(); ++beat) {
    CHECK(static_cast<double>(starts[beat]) == std::round(beats_s[beat] * rate_hz));
    if (beat > 0) CHECK(samples[starts[beat] - 1] == 0.0F);
  }
  CHECK(*std::ranges::max_element(samples) == 1.0F);
  CHECK(*std::ranges::min_element(samples) > -1.0F);
}

TEST_CASE("click track: a beat sounds at 1 kHz, a downbeat at 1.5 kHz, gone after 60 ms") {
  constexpr int kRateHz = 48'000;
  ClickTrack track(rhythm_of({0.1, 0.3}, {0.3}), kRateHz);
  const auto samples = all_of(track, kRateHz / 2, 480);
  // 20 ms are 20 and 30 periods.
  CHECK(sign_changes(samples, 4800, 960) == 40);
  CHECK(sign_changes(samples, 14'400, 960) == 60);
  for (const std::size_t start : {4800U, 14'400U}) {
    CHECK(std::abs(samples[start + 2879]) <= 0.0011F);
    CHECK(samples[start + 2880] == 0.0F);
  }
}

TEST_CASE("click track: how it is cut into blocks changes nothing") {
  const auto rhythm = rhythm_of({0.01, 0.02, 0.021, 0.5}, {0.02});
  ClickTrack whole(rhythm, 44'100);
  const auto expected = all_of(whole, 44'100, 44'100);
  const std::size_t block = GENERATE(1U, 7U, 1024U);
  ClickTrack pieces(rhythm, 44'100);
  CHECK((all_of(pieces, 44'100, block) == expected));
}

TEST_CASE("click track: at a low sample rate downbeats are still the higher ones") {
  constexpr int kRateHz = 2000;
  ClickTrack track(rhythm_of({0.1, 0.3}, {0.3}), kRateHz);
  const auto samples = all_of(track, kRateHz / 2, 100);
  CHECK(sign_changes(samples, 600, 100) > sign_changes(samples, 200, 100));
}

TEST_CASE("click gains: clicks are as loud as the music's peaks, and no sum clips") {
  for (const float peak : {0.0F, 1e-4F, 0.1F, 0.49F, 0.5F, 1.0F, 1.6F, 1000.0F}) {
    CAPTURE(peak);
    const auto gains = click_gains(peak);
    CHECK(gains.click == Approx(static_cast<double>(gains.music * peak)));
    CHECK(gains.music * peak + gains.click <= kClickCeiling * 1.000001F);
    CHECK(gains.music <= 1.0F);
    if (2 * peak <= kClickCeiling)
      CHECK(gains.music == 1.0F);
    else
      CHECK(gains.music * peak + gains.click == Approx(static_cast<double>(kClickCeiling)));
  }
}

}  // namespace aura::analysis
