#include "aura/analysis/click_track.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace aura::analysis {
namespace {

constexpr double kBeatHz = 1000;
constexpr double kDownbeatHz = 1500;
constexpr double kSeconds = 0.06;

std::vector<float> click_of(double frequency_hz, int sample_rate_hz) {
  const double decay = std::log(1000.0) / kSeconds;  // 60 dB
  std::vector<float> samples(static_cast<std::size_t>(kSeconds * sample_rate_hz));
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double at_s = static_cast<double>(i) / sample_rate_hz;
    samples[i] = static_cast<float>(std::exp(-decay * at_s) *
                                    std::cos(2 * std::numbers::pi * frequency_hz * at_s));
  }
  return samples;
}

}  // namespace

// What the sample rate can't carry moves down with it, so that downbeats stay higher.
ClickTrack::ClickTrack(const Rhythm& rhythm, int sample_rate_hz)
    : beat_(click_of(std::min(kBeatHz, sample_rate_hz / 6.0), sample_rate_hz)),
      downbeat_(click_of(std::min(kDownbeatHz, sample_rate_hz / 4.0), sample_rate_hz)) {
  clicks_.reserve(rhythm.beats_s.size());
  for (const double beat_s : rhythm.beats_s) {
    const auto at = std::llround(std::max(beat_s, 0.0) * sample_rate_hz);
    clicks_.push_back(
        {static_cast<std::uint64_t>(at), std::ranges::binary_search(rhythm.downbeats_s, beat_s)});
  }
}

std::span<const float> ClickTrack::next(std::size_t count) {
  block_.resize(count);
  for (float& sample : block_) {
    for (; next_ < clicks_.size() && clicks_[next_].at <= at_; ++next_)
      playing_ = clicks_[next_].is_downbeat ? downbeat_ : beat_;
    sample = 0;
    if (!playing_.empty()) {
      sample = playing_.front();
      playing_ = playing_.subspan(1);
    }
    ++at_;
  }
  return block_;
}

ClickGains click_gains(float music_peak) noexcept {
  const float gain = music_peak > kClickCeiling / 2 ? kClickCeiling / (2 * music_peak) : 1.0F;
  return {gain, gain * music_peak};
}

}  // namespace aura::analysis
