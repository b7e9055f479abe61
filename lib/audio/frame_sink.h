#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "aura/audio/decode.h"
#include "ffmpeg.h"

namespace aura::audio {

/// Counts the samples of a channel, up to the longest track allowed. Not thread-safe.
class SampleCount {
 public:
  /// The caller keeps `limits` alive.
  SampleCount(const DecodeLimits& limits, int sample_rate_hz);

  /// Throws JobError "audio_too_long" if there are more samples than `limits` allow.
  void add(std::size_t samples);

  std::chrono::duration<double> duration() const noexcept;

 private:
  const DecodeLimits& limits_;
  int sample_rate_hz_;
  std::uint64_t max_samples_;
  std::uint64_t samples_ = 0;
};

/// Turns the decoded frames of a track, in order, into one run of samples. Not thread-safe.
class FrameSink {
 public:
  FrameSink() = default;
  virtual ~FrameSink() = default;
  FrameSink(const FrameSink&) = delete;
  FrameSink& operator=(const FrameSink&) = delete;

  /// Takes the next frame. `in_16_bit` says whether librosa reads the file in 16-bit steps. Throws
  /// JobError "undecodable" or "audio_too_long", std::bad_alloc, and what the sink of the samples
  /// throws.
  virtual void push(const AVFrame& frame, bool in_16_bit) = 0;
  /// Passes on the samples that are late. Throws as push().
  virtual void finish() = 0;

  /// Returns the duration of the samples so far.
  virtual std::chrono::duration<double> duration() const = 0;
  /// Returns how many samples were not sound so far, see is_sound().
  virtual std::size_t not_numbers() const noexcept = 0;
};

/// Throws JobError "undecodable" if no sound has this sample rate.
void check_input_rate(int rate_hz);

}  // namespace aura::audio
