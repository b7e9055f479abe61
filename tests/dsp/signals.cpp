#include "signals.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <numbers>
#include <stdexcept>
#include <string>

namespace aura::test {
namespace {

constexpr std::size_t kSecond = kSampleRateHz;

/// A signal by what it is at sample n.
using Formula = std::function<double(std::size_t n)>;

std::vector<float> build(std::size_t length, const Formula& formula) {
  std::vector<float> samples(length);
  for (std::size_t n = 0; n < length; ++n) samples[n] = static_cast<float>(formula(n));
  return samples;
}

double seconds(std::size_t n) {
  return static_cast<double>(n) / kSampleRateHz;
}

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

Formula clicks(double bpm) {
  return [bpm](std::size_t n) {
    const auto beat = std::ceil(static_cast<double>(n) * bpm / (60.0 * kSampleRateHz));
    return std::floor(beat * 60 * kSampleRateHz / bpm) == static_cast<double>(n) ? 1.0 : 0.0;
  };
}

Formula music(double bpm) {
  return [bpm](std::size_t n) {
    static constexpr std::array kRootsHz{55.0, 65.4, 49.0, 73.4};
    const double time_s = seconds(n);
    const double hiss = noise_at(n);
    const double beat = time_s * bpm / 60;
    const double since_beat_s = (beat - std::floor(beat)) * 60 / bpm;
    const double off_beat = beat + 0.5;
    const double since_off_beat_s = (off_beat - std::floor(off_beat)) * 60 / bpm;
    const double bar = std::floor(beat / 4);
    const double since_bar_s = (beat / 4 - bar) * 240 / bpm;
    const double root_hz = kRootsHz.at(static_cast<std::size_t>(bar) % 4);
    const bool backbeat = static_cast<std::size_t>(beat) % 2 == 1;

    const double kick = 0.5 * std::exp(-12 * since_beat_s) * tone(52, since_beat_s);
    const double snare = backbeat ? 0.2 * std::exp(-20 * since_beat_s) * hiss : 0;
    const double hat = 0.1 * std::exp(-60 * since_off_beat_s) * hiss;
    const double bass = 0.15 * tone(root_hz, since_bar_s);
    const double chord = std::exp(-1.5 * since_bar_s) * 0.06 *
                         (tone(4 * root_hz, since_bar_s) + tone(5 * root_hz, since_bar_s) +
                          tone(6 * root_hz, since_bar_s));
    return kick + snare + hat + bass + chord;
  };
}

struct Recipe {
  std::size_t length;
  Formula formula;
};

const std::map<std::string_view, Recipe>& recipes() {
  static const std::map<std::string_view, Recipe> by_name{
      {"silence", {kSecond, [](std::size_t) { return 0.0; }}},
      {"dc", {kSecond, [](std::size_t) { return 0.5; }}},
      {"impulse", {4 * kSecond, [](std::size_t n) { return n == 2 * kSecond ? 1.0 : 0.0; }}},
      {"sine", {3 * kSecond, [](std::size_t n) { return 0.5 * tone(440, seconds(n)); }}},
      {"sine_between_bins",
       {3 * kSecond, [](std::size_t n) { return 0.5 * tone(1005.2, seconds(n)); }}},
      {"sine_clipped",
       {3 * kSecond,
        [](std::size_t n) { return std::clamp(4 * tone(220, seconds(n)), -1.0, 1.0); }}},
      {"sine_fading_out",
       {3 * kSecond,
        [](std::size_t n) { return std::exp(-20 * seconds(n)) * tone(440, seconds(n)); }}},
      {"chirp",
       {3 * kSecond,
        [](std::size_t n) {
          const double t = seconds(n);
          return 0.5 * std::sin(2 * std::numbers::pi * (50 * t + 1600 * t * t));
        }}},
      {"noise", {5 * kSecond, [](std::size_t n) { return 0.3 * noise_at(n); }}},
      {"noise_faint", {2 * kSecond, [](std::size_t n) { return 1e-5 * noise_at(n); }}},
      {"noise_bursts",
       {6 * kSecond,
        [](std::size_t n) { return static_cast<int>(seconds(n) * 2) % 2 == 1 ? noise_at(n) : 0; }}},
      {"clicks_90", {15 * kSecond, clicks(90)}},
      {"clicks_120", {15 * kSecond, clicks(120)}},
      {"music_74", {30 * kSecond, music(74)}},
      {"music_100", {30 * kSecond, music(100)}},
      {"music_128", {30 * kSecond, music(128)}},
      {"music_174", {30 * kSecond, music(174)}},
      {"music_128_long", {600 * kSecond, music(128)}},
  };
  return by_name;
}

}  // namespace

std::vector<float> sine(double frequency_hz, double amplitude, std::size_t length) {
  return build(length, [=](std::size_t n) { return amplitude * tone(frequency_hz, seconds(n)); });
}

std::vector<float> noise(double amplitude, std::size_t length) {
  return build(length, [=](std::size_t n) { return amplitude * noise_at(n); });
}

std::vector<float> reference_signal(std::string_view name) {
  if (const auto recipe = recipes().find(name); recipe != recipes().end()) {
    return build(recipe->second.length, recipe->second.formula);
  }
  if (name.starts_with("noise_") && name.ends_with("_samples")) {
    return noise(0.3, std::stoul(std::string(name.substr(6))));
  }
  throw std::invalid_argument("no such signal: " + std::string(name));
}

}  // namespace aura::test
