#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ffmpeg.h"

namespace aura::audio {

/// The rate and the channels of interleaved samples. The layout owns no memory.
struct SampleForm {
  int sample_rate_hz = 0;
  AVChannelLayout layout = AV_CHANNEL_LAYOUT_MONO;

  bool operator==(const SampleForm& other) const noexcept;
};

/// Resamples a signal block by block, like librosa's `resample` with its default "soxr_hq": the SoX
/// resampler at 20 bits of precision, linear phase, no delay. n samples of a channel become ceil(n
/// * output / input). If rates and layouts are equal, returns the samples unchanged. Not
/// thread-safe.
class Resampler {
 public:
  /// For mono. Throws std::bad_alloc; std::runtime_error if FFmpeg lacks the SoX resampler.
  Resampler(int input_rate_hz, int output_rate_hz);
  /// For interleaved samples. Mixes channels by their speakers, and never louder than the loudest
  /// sum of inputs. Throws also JobError "undecodable" if the channels can't be mixed.
  Resampler(const SampleForm& input, const SampleForm& output);

  /// Takes the next samples and returns the samples that are ready, valid until the next call.
  /// Throws std::bad_alloc.
  std::span<const float> push(std::span<const float> samples);
  /// Ends the signal and returns its last samples, valid while this object lives. Throws
  /// std::bad_alloc.
  std::span<const float> finish();

  int input_rate_hz() const noexcept { return input_rate_hz_; }

 private:
  /// Appends up to `room` samples of each channel to output_ and returns how many. Null `samples`
  /// drain the resampler. `count` is of a channel too.
  std::size_t convert(const float* samples, std::size_t count, std::size_t room);

  int input_rate_hz_;
  std::size_t input_channels_;
  std::size_t output_channels_;
  double ratio_;
  ResampleHandle swr_;  // null when nothing changes
  std::vector<float> output_;
  std::uint64_t taken_ = 0;  // of a channel
  std::uint64_t given_ = 0;
};

}  // namespace aura::audio
