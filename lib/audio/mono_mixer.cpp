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

/// Puts the samples of a channel into `mono`, or adds them to what is there, and returns how many
/// of them are no numbers.
template <bool kIn16Bit, bool kAdd>
std::size_t take(const auto& channel, std::span<float> mono) noexcept {
  std::uint32_t not_numbers = 0;  // as wide as a float, and no branches, for several at a time
  for (std::size_t i = 0; i < mono.size(); ++i) {
    const auto sample = channel[i];
    const bool sound = is_sound(sample);
    float value = 0;
    if constexpr (kIn16Bit)
      value = to_16_bit_float(sample);
    else
      value = to_float(sample);
    if (!sound) value = 0;
    mono[i] = kAdd ? mono[i] + value : value;
    not_numbers += static_cast<std::uint32_t>(!sound);
  }
  return not_numbers;
}

template <bool kIn16Bit>
std::size_t mix_channels(const AVFrame& frame, std::span<float> mono) {
  std::size_t not_numbers = 0;
  for_each_channel(frame, [&](std::size_t number, auto channel) {
    not_numbers +=
        number == 0 ? take<kIn16Bit, false>(channel, mono) : take<kIn16Bit, true>(channel, mono);
  });
  return not_numbers;
}

}  // namespace

std::span<const float> MonoMixer::mix(const AVFrame& frame) {
  mono_.resize(static_cast<std::size_t>(frame.nb_samples));
  not_numbers_ += in_16_bit_ ? mix_channels<true>(frame, mono_) : mix_channels<false>(frame, mono_);
  const auto channels = static_cast<float>(frame.ch_layout.nb_channels);
  if (frame.ch_layout.nb_channels == 2) {
    for (float& value : mono_) value *= 0.5F;  // the same, and faster than a division
  } else if (frame.ch_layout.nb_channels > 2) {
    for (float& value : mono_) value /= channels;
  }
  return mono_;
}

}  // namespace aura::audio
