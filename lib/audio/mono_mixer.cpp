#include "mono_mixer.h"

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>

#include "channels.h"

namespace aura::audio {
namespace {

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

std::span<const float> MonoMixer::mix(const AVFrame& frame) {
  mono_.assign(static_cast<std::size_t>(frame.nb_samples), 0.0F);
  for_each_channel(frame, [&](std::size_t, auto channel) {
    std::size_t not_numbers = 0;
    for (std::size_t i = 0; i < mono_.size(); ++i) {
      const auto sample = channel[i];
      const bool sound = is_sound(sample);
      const float value = in_16_bit_ ? to_16_bit_float(sample) : to_float(sample);
      // Without a branch, so that it is done several samples at a time.
      mono_[i] += sound ? value : 0.0F;
      not_numbers += static_cast<std::size_t>(!sound);
    }
    not_numbers_ += not_numbers;
  });
  const auto channels = static_cast<float>(frame.ch_layout.nb_channels);
  for (float& value : mono_) value /= channels;
  return mono_;
}

}  // namespace aura::audio
