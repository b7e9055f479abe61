#include "frame_sink.h"

#include <string>

#include "aura/base/error.h"
#include "channels.h"

namespace aura::audio {

SampleCount::SampleCount(const DecodeLimits& limits, int sample_rate_hz)
    : limits_(limits),
      sample_rate_hz_(sample_rate_hz),
      max_samples_(static_cast<std::uint64_t>(std::chrono::seconds(limits.max_duration).count()) *
                   static_cast<std::uint64_t>(sample_rate_hz)) {}

void SampleCount::add(std::size_t samples) {
  samples_ += samples;
  if (samples_ > max_samples_) refuse_too_long(limits_);
}

std::chrono::duration<double> SampleCount::duration() const noexcept {
  return std::chrono::duration<double>(static_cast<double>(samples_) / sample_rate_hz_);
}

void check_input_rate(int rate_hz) {
  if (rate_hz < kMinInputRateHz || rate_hz > kMaxInputRateHz) {
    throw JobError("undecodable",
                   "the file states a sample rate of " + std::to_string(rate_hz) +
                       " Hz: export the track at 44100 or 48000 Hz and upload it again",
                   Retry::kNo);
  }
}

}  // namespace aura::audio
