#pragma once

#include <vector>

#include "aura/dsp/loudness.h"
#include "ffmpeg.h"

namespace aura::audio {

/// Measures the loudness of decoded frames. Where rate or channels change, it goes on with those.
class ChannelLoudness {
 public:
  /// Samples that are no numbers count as 0. Throws std::bad_alloc.
  void push(const AVFrame& frame);

  /// Of all that was pushed; nothing may be pushed afterwards.
  dsp::Loudness loudness() { return meter_.loudness(); }

 private:
  dsp::LoudnessMeter meter_;
  int sample_rate_hz_ = 0;
  std::vector<double> weights_;
};

/// How much each channel counts for loudness (ITU-R BS.1770-4): sound from the side more, since it
/// reaches an ear louder, low-frequency effects not at all.
std::vector<double> loudness_weights(const AVChannelLayout& layout);

}  // namespace aura::audio
