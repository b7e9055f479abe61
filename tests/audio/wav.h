#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace aura::audio {

enum class WavFormat { kU8, kS16, kS24, kS32, kF32, kF64 };

/// A WAV file of `samples` (channels interleaved, full scale ±1), rounded to the format's steps.
std::vector<std::uint8_t> wav(WavFormat format, int sample_rate_hz, int channels,
                              std::span<const double> samples);

/// `count` samples of a sine.
std::vector<double> sine(double frequency_hz, double amplitude, int sample_rate_hz,
                         std::size_t count);

}  // namespace aura::audio
