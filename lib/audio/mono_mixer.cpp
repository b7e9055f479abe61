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

/// Adds the samples of a channel to `mono`, and returns how many of them are no numbers.
template <bool kIn16Bit>
std::size_t add(const auto& channel, std::span<float> mono) noexcept {
  std::uint32_t not_numbers = 0;  // as wide as a float, and no branches, for several at a time
  for (std::size_t i = 0; i < mono.size(); ++i) {
    const auto sample = channel[i];
    const bool sound = is_sound(sample);
    float value = 0;
    if constexpr (kIn16Bit)
      value = to_16_bit_float(sample);
    else
      value = to_float(sample);
    mono[i] += sound ? value : 0.0F;
    not_numbers += static_cast<std::uint32_t>(!sound);
  }
  return not_numbers;
}

}  // namespace

std::span<const float> MonoMixer::mix(const AVFrame& frame) {
  mono_.assign(static_cast<std::size_t>(frame.nb_samples), 0.0F);
  for_each_channel(frame, [&](std::size_t, auto channel) {
    not_numbers_ += in_16_bit_ ? add<true>(channel, mono_) : add<false>(channel, mono_);
  });
  const auto channels = static_cast<float>(frame.ch_layout.nb_channels);
  for (float& value : mono_) value /= channels;
  return mono_;
}

}  // namespace aura::audio
