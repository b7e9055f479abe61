#include "song_44k.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace aura::test {
namespace {

double tone(double frequency_hz, double time_s) {
  return std::sin(2 * std::numbers::pi * frequency_hz * time_s);
}

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

double voice_at(std::size_t n) {
  constexpr std::array kPitchHz{220.0, 246.9, 261.6, 293.7, 329.6, 293.7, 246.9, 0.0};
  constexpr std::array<std::array<double, 2>, 4> kFormants{
      {{700, 1.0}, {1220, 0.6}, {2600, 0.25}, {3300, 0.15}}};
  const double note = 2 * static_cast<double>(n) / 44'100;
  const double since_s = (note - std::floor(note)) / 2;
  const double pitch_hz = kPitchHz[static_cast<std::size_t>(note) % kPitchHz.size()];
  if (pitch_hz == 0) return 0;
  const double phase_s = since_s + 0.0012 * tone(5.5, since_s);
  const double envelope = std::clamp(std::min(since_s / 0.04, (0.47 - since_s) / 0.06), 0.0, 1.0);
  double total = 0;
  for (int h = 1; h < 25; ++h) {
    double weight = 0.05 / h;
    for (const auto& [hz, gain] : kFormants)
      weight += gain / (1 + std::pow((h * pitch_hz - hz) / 90, 2));
    total += weight * tone(h * pitch_hz, phase_s);
  }
  return 0.15 * envelope * total;
}

std::array<double, 2> music_at(std::size_t n) {
  const double time_s = static_cast<double>(n) / 44'100;
  const double beat = 2 * time_s;
  const double since_beat_s = (beat - std::floor(beat)) / 2;
  const double root_hz = static_cast<int>(beat / 4) % 2 == 1 ? 65.4 : 55.0;
  const double kick = 0.4 * std::exp(-12 * since_beat_s) * tone(52, since_beat_s);
  const double snare =
      (static_cast<int>(beat) % 2 == 1 ? 0.15 : 0.02) * std::exp(-20 * since_beat_s) * noise_at(n);
  const double middle = kick + snare + 0.15 * tone(root_hz, time_s);
  return {middle + 0.06 * (tone(4 * root_hz, time_s) + tone(6 * root_hz, time_s)),
          middle + 0.06 * (tone(5 * root_hz, time_s) + tone(8 * root_hz, time_s))};
}

}  // namespace

Song song_44k(std::size_t length) {
  Song song;
  for (std::size_t n = 0; n < length; ++n) {
    const double voice = voice_at(n);
    for (const double music : music_at(n)) {
      song.voice.push_back(voice);
      song.music.push_back(music);
      song.mix.push_back(static_cast<float>(voice + music));
    }
  }
  return song;
}

}  // namespace aura::test
