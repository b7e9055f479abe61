#pragma once

#include <span>
#include <vector>

#include "aura/dsp/loudness.h"
#include "ffmpeg.h"
#include "source_meter.h"

namespace aura::audio {

/// Measures the channels of decoded frames: their loudness and their levels. Sample rate and
/// channels may change between frames. Not thread-safe.
class ChannelLoudness {
 public:
  /// Takes the next frame. Samples that are not sound (see is_sound()) count as 0. Throws
  /// std::bad_alloc.
  void push(const AVFrame& frame);

  /// Returns the loudness of all frames. Push nothing afterwards.
  dsp::Loudness loudness() { return meter_.loudness(); }

  /// Returns the levels of all frames, see SourceMeter.
  Source source() const { return levels_.source(); }

 private:
  dsp::LoudnessMeter meter_;
  SourceMeter levels_;
  std::vector<std::span<const float>> taken_;
  int sample_rate_hz_ = 0;
  std::vector<double> weights_;
};

/// Returns the weight of each channel for loudness (ITU-R BS.1770-4): 1.41 for sound from the side,
/// which reaches an ear louder, 0 for low-frequency effects, else 1. Thread-safe.
std::vector<double> loudness_weights(const AVChannelLayout& layout);

}  // namespace aura::audio
