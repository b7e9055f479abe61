#pragma once

#include <memory>

#include "channel_loudness.h"
#include "frame_sink.h"
#include "mono_mixer.h"
#include "resampler.h"

namespace aura::audio {

/// Measures frames and turns them into mono samples. Not thread-safe.
class ToMono : public FrameSink {
 public:
  /// The caller keeps `sink` and `limits` alive.
  ToMono(const SampleSink& sink, const DecodeLimits& limits);

  void push(const AVFrame& frame, bool in_16_bit) override;
  void finish() override;
  std::chrono::duration<double> duration() const override { return count_.duration(); }
  std::size_t not_numbers() const noexcept override { return mixer_.not_numbers(); }

  /// Returns the loudness of all frames. Push nothing afterwards.
  dsp::Loudness loudness() { return loudness_.loudness(); }
  /// Returns the levels of all frames, and the rest of `format`.
  Source source(const Source& format) const;

 private:
  void write(std::span<const float> block);

  const SampleSink& sink_;
  int rate_hz_;
  SampleCount count_;
  ChannelLoudness loudness_;
  MonoMixer mixer_;
  std::unique_ptr<Resampler> resampler_;
};

}  // namespace aura::audio
