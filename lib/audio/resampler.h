#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ffmpeg.h"

namespace aura::audio {

/// Resamples a mono signal, block by block, as librosa's `resample` with its default "soxr_hq"
/// does: the SoX resampler at 20 bits of precision, linear phase without delay, and ceil(n * output
/// / input) samples for n. Equal rates pass the samples through untouched.
class Resampler {
 public:
  /// Throws std::bad_alloc.
  Resampler(int input_rate_hz, int output_rate_hz);

  /// Takes the next samples and returns what is ready, valid until the next call.
  std::span<const float> push(std::span<const float> samples);
  /// Ends the signal and returns the rest of the result.
  std::span<const float> finish();

  int input_rate_hz() const noexcept { return input_rate_hz_; }

 private:
  /// Appends up to `room` samples to output_; null `samples` drain the resampler. Returns how many.
  std::size_t convert(const float* samples, std::size_t count, std::size_t room);

  int input_rate_hz_;
  double ratio_;
  ResampleHandle swr_;  // null when the rates are equal
  std::vector<float> output_;
  std::uint64_t taken_ = 0;
  std::uint64_t given_ = 0;
};

}  // namespace aura::audio
