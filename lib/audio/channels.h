#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>

#include "ffmpeg.h"

namespace aura::audio {

/// Beyond this lies no sound (+140 dB over full scale) but bytes that aren't samples; far below it
/// lies where the square of a spectrum would overflow a float.
inline constexpr float kMaxMagnitude = 1e7F;

/// The samples of one channel of a frame, as they were decoded. `kStride` is how far one is from
/// the next, known when compiled, so that loops take several samples at a time; 0 where only
/// `stride` tells.
template <typename Sample, std::size_t kStride>
struct Channel {
  const Sample* samples;
  std::size_t stride;

  Sample operator[](std::size_t i) const noexcept {
    return samples[i * (kStride > 0 ? kStride : stride)];
  }
};

/// Calls `use` with each channel of `frame` in turn, its number and its samples, whose type is the
/// frame's.
template <typename Sample, typename Use>
void use_channels(const AVFrame& frame, const Use& use) {
  const auto channels = static_cast<std::size_t>(frame.ch_layout.nb_channels);
  const auto plane = [&](std::size_t i) {
    return reinterpret_cast<const Sample*>(frame.extended_data[i]);
  };
  if (av_sample_fmt_is_planar(static_cast<AVSampleFormat>(frame.format)) != 0 || channels == 1) {
    for (std::size_t i = 0; i < channels; ++i) use(i, Channel<Sample, 1>{plane(i), 1});
  } else if (channels == 2) {
    for (std::size_t i = 0; i < 2; ++i) use(i, Channel<Sample, 2>{plane(0) + i, 2});
  } else {
    for (std::size_t i = 0; i < channels; ++i) use(i, Channel<Sample, 0>{plane(0) + i, channels});
  }
}

/// The same for a frame of any type.
template <typename Use>
void for_each_channel(const AVFrame& frame, const Use& use) {
  switch (av_get_packed_sample_fmt(static_cast<AVSampleFormat>(frame.format))) {
    case AV_SAMPLE_FMT_U8:
      return use_channels<std::uint8_t>(frame, use);
    case AV_SAMPLE_FMT_S16:
      return use_channels<std::int16_t>(frame, use);
    case AV_SAMPLE_FMT_S32:
      return use_channels<std::int32_t>(frame, use);
    case AV_SAMPLE_FMT_S64:
      return use_channels<std::int64_t>(frame, use);
    case AV_SAMPLE_FMT_FLT:
      return use_channels<float>(frame, use);
    case AV_SAMPLE_FMT_DBL:
      return use_channels<double>(frame, use);
    default:
      throw std::logic_error("FFmpeg decoded to a sample format that it doesn't have");
  }
}

/// `sample` as a float whose full scale is ±1.
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

/// Whether `sample` is sound: not NaN, not infinite, not beyond kMaxMagnitude.
template <typename Sample>
bool is_sound(Sample sample) noexcept {
  if constexpr (std::floating_point<Sample>) {
    return std::abs(sample) <= Sample{kMaxMagnitude};
  } else {
    return true;
  }
}

}  // namespace aura::audio
