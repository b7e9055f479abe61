#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "ffmpeg.h"

namespace aura::audio {

/// Makes mono floats of decoded frames, as librosa's to_mono does: the plain mean of the channels,
/// none weighted.
class MonoMixer {
 public:
  /// With `first_alone`, the first channel is taken for all.
  explicit MonoMixer(bool first_alone = false) : first_alone_(first_alone) {}

  /// The mean of the channels of `frame`, one value a sample, valid until the next call. With
  /// `in_16_bit`, each channel's samples are first brought to 16 bits as FFmpeg does it: floats
  /// rounded and clipped, integers cut. Samples that are no numbers (NaN, infinite, beyond
  /// ±kMaxMagnitude) count as 0. Throws std::bad_alloc.
  std::span<const float> mix(const AVFrame& frame, bool in_16_bit);

  /// How many samples were no numbers so far.
  std::size_t not_numbers() const noexcept { return not_numbers_; }

 private:
  bool first_alone_;
  std::size_t not_numbers_ = 0;
  std::vector<float> mono_;
};

}  // namespace aura::audio
