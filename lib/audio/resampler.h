#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ffmpeg.h"

namespace aura::audio {

/// Resamples a mono signal block by block, like librosa's `resample` with its default "soxr_hq":
/// the SoX resampler at 20 bits of precision, linear phase, no delay. n samples become ceil(n *
/// output / input). If the rates are equal, returns the samples unchanged. Not thread-safe.
class Resampler {
 public:
  /// Throws std::bad_alloc; std::runtime_error if FFmpeg lacks the SoX resampler.
  Resampler(int input_rate_hz, int output_rate_hz);

  /// Takes the next samples and returns the samples that are ready, valid until the next call.
  /// Throws std::bad_alloc.
  std::span<const float> push(std::span<const float> samples);
  /// Ends the signal and returns its last samples, valid while this object lives. Throws
  /// std::bad_alloc.
  std::span<const float> finish();

  int input_rate_hz() const noexcept { return input_rate_hz_; }

 private:
  /// Appends up to `room` samples to output_ and returns their number. Null `samples` drain the
  /// resampler.
  std::size_t convert(const float* samples, std::size_t count, std::size_t room);

  int input_rate_hz_;
  double ratio_;
  ResampleHandle swr_;  // null when the rates are equal
  std::vector<float> output_;
  std::uint64_t taken_ = 0;
  std::uint64_t given_ = 0;
};

}  // namespace aura::audio
