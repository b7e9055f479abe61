#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "aura/analysis/rhythm.h"

namespace aura::analysis {

/// Clicks at the beats of a track, as mono samples of full scale. Each begins at the sample that is
/// nearest to its beat, with its peak, and is a cosine of 1 kHz, at downbeats of 1.5 kHz, that
/// decays by 60 dB in 60 ms. A beat ends the click before it. Not thread-safe.
class ClickTrack {
 public:
  ClickTrack(const Rhythm& rhythm, int sample_rate_hz);
  ClickTrack(const ClickTrack&) = delete;
  ClickTrack& operator=(const ClickTrack&) = delete;

  /// Returns the next `count` samples, valid until the next call.
  std::span<const float> next(std::size_t count);

 private:
  struct Click {
    std::uint64_t at;
    bool is_downbeat;
  };

  std::vector<Click> clicks_;
  std::vector<float> beat_;
  std::vector<float> downbeat_;
  std::vector<float> block_;
  std::span<const float> playing_;  // the rest of a click
  std::size_t next_ = 0;            // click
  std::uint64_t at_ = 0;
};

/// Factors of music and clicks that are heard together.
struct ClickGains {
  float music = 0;
  float click = 0;
};

/// No sum of music and clicks exceeds this part of full scale: -0.1 dBFS.
inline constexpr float kClickCeiling = 0.9886F;

/// Returns gains for music with this peak: the clicks are as loud as the peaks of the music, and
/// both get quieter only as far as their sum needs. Thread-safe.
ClickGains click_gains(float music_peak) noexcept;

}  // namespace aura::analysis
