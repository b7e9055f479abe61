#include "wav.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <string_view>

namespace aura::audio {
namespace {

void put(std::vector<std::uint8_t>& out, std::string_view text) {
  for (const char byte : text) out.push_back(static_cast<std::uint8_t>(byte));
}

void put(std::vector<std::uint8_t>& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

int bytes_per_sample(WavFormat format) {
  switch (format) {
    case WavFormat::kU8:
      return 1;
    case WavFormat::kS16:
      return 2;
    case WavFormat::kS24:
      return 3;
    case WavFormat::kS32:
    case WavFormat::kF32:
      return 4;
    case WavFormat::kF64:
      return 8;
  }
  return 0;
}

std::uint64_t bits(WavFormat format, double sample) {
  if (format == WavFormat::kF32) return std::bit_cast<std::uint32_t>(static_cast<float>(sample));
  if (format == WavFormat::kF64) return std::bit_cast<std::uint64_t>(sample);
  const double scale = std::ldexp(1.0, 8 * bytes_per_sample(format) - 1);
  const double value = std::clamp(std::round(sample * scale), -scale, scale - 1);
  const auto integer = static_cast<std::int64_t>(value);
  return static_cast<std::uint64_t>(format == WavFormat::kU8 ? integer + 128 : integer);
}

}  // namespace

std::vector<std::uint8_t> wav(WavFormat format, int sample_rate_hz, int channels,
                              std::span<const double> samples) {
  const int width = bytes_per_sample(format);
  const bool is_float = format == WavFormat::kF32 || format == WavFormat::kF64;
  const auto data_bytes = samples.size() * static_cast<std::size_t>(width);
  const auto rate = static_cast<std::uint64_t>(sample_rate_hz);
  const auto block = static_cast<std::uint64_t>(channels * width);
  std::vector<std::uint8_t> out;
  out.reserve(44 + data_bytes);
  put(out, "RIFF");
  put(out, 36 + data_bytes, 4);
  put(out, "WAVEfmt ");
  put(out, 16, 4);
  put(out, is_float ? 3 : 1, 2);
  put(out, static_cast<std::uint64_t>(channels), 2);
  put(out, rate, 4);
  put(out, rate * block, 4);
  put(out, block, 2);
  put(out, static_cast<std::uint64_t>(8 * width), 2);
  put(out, "data");
  put(out, data_bytes, 4);
  for (const double sample : samples) put(out, bits(format, sample), width);
  return out;
}

std::vector<double> sine(double frequency_hz, double amplitude, int sample_rate_hz,
                         std::size_t count) {
  std::vector<double> samples(count);
  for (std::size_t i = 0; i < count; ++i) {
    samples[i] = amplitude * std::sin(2 * std::numbers::pi * frequency_hz * static_cast<double>(i) /
                                      sample_rate_hz);
  }
  return samples;
}

}  // namespace aura::audio
