#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "frame_sink.h"
#include "resampler.h"

namespace aura::audio {

/// Turns frames into interleaved samples, as decode_interleaved() states. Not thread-safe.
class ToInterleaved : public FrameSink {
 public:
  /// The caller keeps `sink` and `limits` alive.
  ToInterleaved(const InterleavedSink& sink, const DecodeLimits& limits, const SoundFormat& wanted);

  void push(const AVFrame& frame, bool in_16_bit) override;
  void finish() override;
  std::chrono::duration<double> duration() const override;
  std::size_t not_numbers() const noexcept override { return not_numbers_; }

 private:
  void begin(const SampleForm& first);
  void change_to(const SampleForm& form);
  std::span<const float> interleave(const AVFrame& frame);
  void write(std::span<const float> block);

  const InterleavedSink& sink_;
  const DecodeLimits& limits_;
  SoundFormat format_;                // as wanted, and from begin() on of the samples
  SampleForm output_;                 // from begin() on
  std::optional<SampleCount> count_;  // from begin() on
  SampleForm input_;                  // of the last frame
  bool is_spread_ = false;            // mono to several channels
  std::unique_ptr<Resampler> resampler_;
  std::vector<float> samples_;
  std::size_t not_numbers_ = 0;
};

}  // namespace aura::audio
