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

/// Takes samples one by one; those that are no sound count as silence.
template <bool kIn16Bit>
struct Taker {
  std::uint32_t not_numbers = 0;  // as wide as a float, and no branches, for several at a time

  template <typename Sample>
  float operator()(Sample sample) noexcept {
    const bool sound = is_sound(sample);
    float value = 0;
    if constexpr (kIn16Bit)
      value = to_16_bit_float(sample);
    else
      value = to_float(sample);
    not_numbers += static_cast<std::uint32_t>(!sound);
    return sound ? value : 0;
  }
};

/// Fills `mono` with the mean of the first `count` channels, and returns how many of their samples
/// are no sound.
template <bool kIn16Bit>
std::size_t mix_channels(const auto& channels, std::size_t count, std::span<float> mono) noexcept {
  Taker<kIn16Bit> take;
  const auto first = channels[0];
  if (count == 2) {
    const auto second = channels[1];
    for (std::size_t i = 0; i < mono.size(); ++i)
      mono[i] = (take(first[i]) + take(second[i])) * 0.5F;
    return take.not_numbers;
  }
  for (std::size_t i = 0; i < mono.size(); ++i) mono[i] = take(first[i]);
  for (std::size_t c = 1; c < count; ++c) {
    const auto channel = channels[c];
    for (std::size_t i = 0; i < mono.size(); ++i) mono[i] += take(channel[i]);
  }
  if (count > 1) {
    for (float& value : mono) value /= static_cast<float>(count);
  }
  return take.not_numbers;
}

}  // namespace

std::span<const float> MonoMixer::mix(const AVFrame& frame, bool in_16_bit) {
  mono_.resize(static_cast<std::size_t>(frame.nb_samples));
  use_channels(frame, [&](const auto& channels) {
    const auto count = first_alone_ ? 1 : channels.size();
    not_numbers_ += in_16_bit ? mix_channels<true>(channels, count, mono_)
                              : mix_channels<false>(channels, count, mono_);
  });
  return mono_;
}

}  // namespace aura::audio
