#include "to_mono.h"

namespace aura::audio {

ToMono::ToMono(const SampleSink& sink, const DecodeLimits& limits)
    : sink_(sink),
      rate_hz_(limits.sample_rate_hz),
      count_(limits, limits.sample_rate_hz),
      mixer_(limits.first_channel_alone) {}

void ToMono::push(const AVFrame& frame, bool in_16_bit) {
  if (!resampler_ || resampler_->input_rate_hz() != frame.sample_rate) {
    check_input_rate(frame.sample_rate);
    finish();
    resampler_ = std::make_unique<Resampler>(frame.sample_rate, rate_hz_);
  }
  loudness_.push(frame);
  write(resampler_->push(mixer_.mix(frame, in_16_bit)));
}

void ToMono::finish() {
  if (resampler_) write(resampler_->finish());
  resampler_.reset();
}

void ToMono::write(std::span<const float> block) {
  count_.add(block.size());
  if (!block.empty()) sink_(block);
}

Source ToMono::source(const Source& format) const {
  auto source = loudness_.source();
  source.codec = format.codec;
  source.is_lossless = format.is_lossless;
  source.sample_rate_hz = format.sample_rate_hz;
  source.channels = format.channels;
  source.bits_per_sample = format.bits_per_sample;
  source.bit_rate_bps = format.bit_rate_bps;
  return source;
}

}  // namespace aura::audio
