#include "mono_mixer.h"

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <stdexcept>

namespace aura::audio {
namespace {

template <typename Sample>
float to_float(Sample sample) noexcept {
  if constexpr (std::floating_point<Sample>) {
    return static_cast<float>(sample);
  } else if constexpr (std::same_as<Sample, std::uint8_t>) {
    return static_cast<float>(sample - 128) / 128.0F;
  } else {
    return static_cast<float>(sample) / -static_cast<float>(std::numeric_limits<Sample>::min());
  }
}

template <typename Sample>
float to_16_bit_float(Sample sample) noexcept {
  if constexpr (std::floating_point<Sample>) {
    const Sample scaled = std::nearbyint(sample * Sample{32768});
    return static_cast<float>(std::clamp(scaled, Sample{-32768}, Sample{32767})) / 32768.0F;
  } else if constexpr (sizeof(Sample) > sizeof(std::int16_t)) {
    return to_float(static_cast<std::int16_t>(sample >> (8 * sizeof(Sample) - 16)));
  } else {
    return to_float(sample);
  }
}

}  // namespace

template <typename Sample>
void MonoMixer::mix_samples(const AVFrame& frame) {
  const auto channels = static_cast<std::size_t>(frame.ch_layout.nb_channels);
  const bool planar = av_sample_fmt_is_planar(static_cast<AVSampleFormat>(frame.format)) != 0;
  const std::size_t stride = planar ? 1 : channels;
  for (std::size_t channel = 0; channel < channels; ++channel) {
    const auto* samples =
        reinterpret_cast<const Sample*>(frame.extended_data[planar ? channel : 0]) +
        (planar ? 0 : channel);
    for (std::size_t i = 0; i < mono_.size(); ++i) {
      const Sample sample = samples[i * stride];
      if constexpr (std::floating_point<Sample>) {
        if (!(std::abs(sample) <= Sample{kMaxMagnitude})) {
          ++not_numbers_;
          continue;
        }
      }
      mono_[i] += in_16_bit_ ? to_16_bit_float(sample) : to_float(sample);
    }
  }
  for (float& value : mono_) value /= static_cast<float>(channels);
}

std::span<const float> MonoMixer::mix(const AVFrame& frame) {
  mono_.assign(static_cast<std::size_t>(frame.nb_samples), 0.0F);
  switch (av_get_packed_sample_fmt(static_cast<AVSampleFormat>(frame.format))) {
    case AV_SAMPLE_FMT_U8:
      mix_samples<std::uint8_t>(frame);
      break;
    case AV_SAMPLE_FMT_S16:
      mix_samples<std::int16_t>(frame);
      break;
    case AV_SAMPLE_FMT_S32:
      mix_samples<std::int32_t>(frame);
      break;
    case AV_SAMPLE_FMT_S64:
      mix_samples<std::int64_t>(frame);
      break;
    case AV_SAMPLE_FMT_FLT:
      mix_samples<float>(frame);
      break;
    case AV_SAMPLE_FMT_DBL:
      mix_samples<double>(frame);
      break;
    default:
      throw std::logic_error("FFmpeg decoded to a sample format that it doesn't have");
  }
  return mono_;
}

}  // namespace aura::audio
