#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "ffmpeg.h"

namespace aura::audio {

/// Mixes decoded frames to mono floats like librosa's to_mono: the unweighted mean of the channels.
/// Not thread-safe.
class MonoMixer {
 public:
  /// With `first_alone`, takes the first channel instead of the mean.
  explicit MonoMixer(bool first_alone = false) : first_alone_(first_alone) {}

  /// Returns the mean of the channels of `frame`, a value per sample, valid until the next call.
  /// With `in_16_bit`, first converts samples to 16 bits like FFmpeg: rounds and clips floats, cuts
  /// integers. Samples that are not sound (see is_sound()) count as 0. Throws std::bad_alloc.
  std::span<const float> mix(const AVFrame& frame, bool in_16_bit);

  /// Returns how many samples were not sound so far.
  std::size_t not_numbers() const noexcept { return not_numbers_; }

 private:
  bool first_alone_;
  std::size_t not_numbers_ = 0;
  std::vector<float> mono_;
};

}  // namespace aura::audio
