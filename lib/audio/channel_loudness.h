#pragma once

#include <vector>

#include "aura/dsp/loudness.h"
#include "ffmpeg.h"

namespace aura::audio {

/// Measures the loudness of decoded frames. Sample rate and channels may change between frames. Not
/// thread-safe.
class ChannelLoudness {
 public:
  /// Takes the next frame. Samples that are not sound (see is_sound()) count as 0. Throws
  /// std::bad_alloc.
  void push(const AVFrame& frame);

  /// Returns the loudness of all frames. Push nothing afterwards.
  dsp::Loudness loudness() { return meter_.loudness(); }

 private:
  dsp::LoudnessMeter meter_;
  int sample_rate_hz_ = 0;
  std::vector<double> weights_;
};

/// Returns the weight of each channel for loudness (ITU-R BS.1770-4): 1.41 for sound from the side,
/// which reaches an ear louder, 0 for low-frequency effects, else 1. Thread-safe.
std::vector<double> loudness_weights(const AVChannelLayout& layout);

}  // namespace aura::audio
