#include "signals_16k.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <stdexcept>
#include <string>

namespace aura::test {
namespace {

constexpr std::size_t kLength = std::size_t{373} * 256;

/// The index through the finaliser of MurmurHash3.
double noise_at(std::size_t n) {
  auto h = static_cast<std::uint32_t>(n + 1);
  h ^= h >> 16;
  h *= 0x85EBCA6BU;
  h ^= h >> 13;
  h *= 0xC2B2AE35U;
  h ^= h >> 16;
  return h / 2147483648.0 - 1;
}

double tone(double frequency_hz, double time_s) {
  return std::sin(2 * std::numbers::pi * frequency_hz * time_s);
}

double music_at(std::size_t n) {
  const double time_s = static_cast<double>(n) / 16'000;
  const double beat = 2 * time_s;
  const double since_beat_s = (beat - std::floor(beat)) / 2;
  const double root_hz = static_cast<int>(beat / 4) % 2 == 1 ? 65.4 : 55.0;
  const double kick = 0.5 * std::exp(-12 * since_beat_s) * tone(52, since_beat_s);
  const double snare =
      (static_cast<int>(beat) % 2 == 1 ? 0.2 : 0.02) * std::exp(-20 * since_beat_s) * noise_at(n);
  const double chord =
      0.06 * (tone(4 * root_hz, time_s) + tone(5 * root_hz, time_s) + tone(6 * root_hz, time_s));
  return kick + snare + 0.15 * tone(root_hz, time_s) + chord;
}

double sample_of(std::string_view name, std::size_t n) {
  if (name == "music") return music_at(n);
  if (name == "loud") return 40 * music_at(n);
  if (name == "noise") return 0.1 * noise_at(n);
  if (name == "silence") return 0;
  throw std::invalid_argument("no such signal: " + std::string(name));
}

}  // namespace

std::vector<float> signal_16k(std::string_view name) {
  std::vector<float> samples(kLength);
  for (std::size_t n = 0; n < samples.size(); ++n)
    samples[n] = static_cast<float>(sample_of(name, n));
  return samples;
}

}  // namespace aura::test
