#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>

#include "ffmpeg.h"

namespace aura::audio {

/// The largest magnitude of sound, +140 dB over full scale. Larger values are bytes that aren't
/// samples. Squares of spectra stay far below the largest float.
inline constexpr float kMaxMagnitude = 1e7F;

// Outside these a header is wrong, and resampling would blow up a few bytes or read past all sound.
inline constexpr int kMinInputRateHz = 1'000;
/// DSD512 as FFmpeg has it, eight samples at a time.
inline constexpr int kMaxInputRateHz = 2'822'400;

/// The decoded samples of a channel of a frame. `kStride` is the distance between samples, known at
/// compile time so that loops vectorise; 0 if only `stride` says.
template <typename Sample, std::size_t kStride>
struct Channel {
  const Sample* samples;
  std::size_t stride;

  Sample operator[](std::size_t i) const noexcept {
    return samples[i * (kStride > 0 ? kStride : stride)];
  }
};

/// All channels of a frame. The caller keeps `frame` alive.
template <typename Sample, std::size_t kStride>
struct Channels {
  const AVFrame& frame;

  std::size_t size() const noexcept {
    return static_cast<std::size_t>(frame.ch_layout.nb_channels);
  }
  Channel<Sample, kStride> operator[](std::size_t i) const noexcept {
    const auto plane = [&](std::size_t number) {
      return reinterpret_cast<const Sample*>(frame.extended_data[number]);
    };
    if constexpr (kStride == 1) return {plane(i), 1};
    return {plane(0) + i, size()};
  }
};

/// Calls `use` with the channels of `frame`, whose samples are of type `Sample`. Thread-safe.
template <typename Sample, typename Use>
void use_channels_of(const AVFrame& frame, const Use& use) {
  const int channels = frame.ch_layout.nb_channels;
  if (av_sample_fmt_is_planar(static_cast<AVSampleFormat>(frame.format)) != 0 || channels == 1)
    use(Channels<Sample, 1>{frame});
  else if (channels == 2)
    use(Channels<Sample, 2>{frame});
  else
    use(Channels<Sample, 0>{frame});
}

/// Calls `use` with the channels of `frame`, of any sample type. Thread-safe.
template <typename Use>
void use_channels(const AVFrame& frame, const Use& use) {
  switch (av_get_packed_sample_fmt(static_cast<AVSampleFormat>(frame.format))) {
    case AV_SAMPLE_FMT_U8:
      return use_channels_of<std::uint8_t>(frame, use);
    case AV_SAMPLE_FMT_S16:
      return use_channels_of<std::int16_t>(frame, use);
    case AV_SAMPLE_FMT_S32:
      return use_channels_of<std::int32_t>(frame, use);
    case AV_SAMPLE_FMT_S64:
      return use_channels_of<std::int64_t>(frame, use);
    case AV_SAMPLE_FMT_FLT:
      return use_channels_of<float>(frame, use);
    case AV_SAMPLE_FMT_DBL:
      return use_channels_of<double>(frame, use);
    default:
      throw std::logic_error("FFmpeg decoded to a sample format that it doesn't have");
  }
}

/// Returns `sample` as a float with full scale ±1. Thread-safe.
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

/// Returns whether `sample` is sound: not NaN, not infinite, not beyond kMaxMagnitude. Thread-safe.
template <typename Sample>
bool is_sound(Sample sample) noexcept {
  if constexpr (std::floating_point<Sample>) {
    return std::abs(sample) <= Sample{kMaxMagnitude};
  } else {
    return true;
  }
}

}  // namespace aura::audio
