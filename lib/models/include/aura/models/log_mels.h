#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "aura/dsp/frame_analyser.h"
#include "aura/models/resampler.h"

namespace aura::models {

/// Computes what musicnn hears: 96 mel bands, on Slaney's scale from 0 to 8 kHz, of frames of 512
/// samples at 16 kHz, 256 samples apart. A band is log10(10000 power + 1). Frame t is centred on
/// sample 256 t, with zeros beyond the ends of the track.
///
/// Not thread-safe.
class LogMels {
 public:
  static constexpr std::size_t kBands = 96;
  static constexpr std::size_t kHopLength = 256;
  /// Gets the bands of the next frame, valid until it returns.
  using OnFrame = std::function<void(std::span<const float>)>;

  /// `sample_rate_hz` is that of the samples to come: 16,000, or 22,050, which are resampled.
  explicit LogMels(int sample_rate_hz);

  /// Takes the next samples: mono, magnitudes up to 1e7. Calls `on_frame` for each frame that they
  /// complete. Throws what `on_frame` throws.
  void push(std::span<const float> samples, const OnFrame& on_frame);
  /// Ends the track: calls `on_frame` for the remaining frames. Push nothing afterwards. Throws
  /// what `on_frame` throws.
  void finish(const OnFrame& on_frame);

 private:
  std::optional<Resampler> resampler_;
  std::vector<float> resampled_;
  dsp::FrameAnalyser analyser_;
};

}  // namespace aura::models
