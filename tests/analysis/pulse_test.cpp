#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "aura/analysis/analyze.h"
#include "wav.h"

// Music and sounds in which nothing repeats have no beats, however loud their events are.

namespace {

constexpr int kRateHz = 22050;

using Samples = std::vector<double>;

/// Random numbers that are the same with every standard library.
class Chance {
 public:
  explicit Chance(std::uint32_t seed) : engine_(seed) {}

  double between(double low, double high) {
    return low + (high - low) * (static_cast<double>(engine_()) / 4294967296.0);
  }
  double noise() { return between(-1, 1); }
  /// Waiting time of events that come at random, `rate` a second.
  double wait_s(double rate) { return -std::log(between(1e-6, 1)) / rate; }

 private:
  std::mt19937 engine_;
};

void add(Samples& samples, double at_s, double length_s, const std::function<double(double)>& at) {
  const auto begin = static_cast<std::size_t>(at_s * kRateHz);
  const auto count = static_cast<std::size_t>(length_s * kRateHz);
  for (std::size_t i = 0; i < count && begin + i < samples.size(); ++i)
    samples[begin + i] += at(static_cast<double>(i) / kRateHz);
}

double sine(double hz, double t) {
  return std::sin(2 * std::numbers::pi * hz * t);
}

Samples empty(double seconds) {
  return Samples(static_cast<std::size_t>(seconds * kRateHz));
}

/// Chords that swell and fade, each held for two to nine seconds.
Samples pads(Chance& chance, double seconds) {
  auto samples = empty(seconds);
  for (double at_s = 0; at_s < seconds;) {
    const double held_s = chance.between(2, 9);
    const double root_hz = 110 * std::pow(2, std::floor(chance.between(0, 12)) / 12);
    for (const double ratio : {1.0, 1.26, 1.5, 2.0}) {
      const double phase = chance.between(0, 1);
      add(samples, at_s, held_s + 1, [&](double t) {
        const double swell = std::min({1.0, t, held_s + 1 - t});
        const double vibrato = 0.004 * sine(5, t + phase);
        double sum = 0;
        for (int partial = 1; partial <= 5; ++partial)
          sum += sine(root_hz * ratio * partial, t + vibrato / (root_hz * ratio)) / partial;
        return 0.05 * swell * sum;
      });
    }
    at_s += held_s;
  }
  return samples;
}

Samples white_noise(Chance& chance, double seconds) {
  auto samples = empty(seconds);
  for (double& sample : samples) sample = 0.3 * chance.noise();
  return samples;
}

/// Drops: short tones at random times.
Samples rain(Chance& chance, double seconds) {
  auto samples = empty(seconds);
  for (double at_s = 0; at_s < seconds; at_s += chance.wait_s(30)) {
    const double hz = chance.between(500, 8000);
    const double gain = chance.between(0.05, 0.4);
    const double decay_s = chance.between(0.001, 0.006);
    add(samples, at_s, 5 * decay_s,
        [&](double t) { return gain * sine(hz, t) * std::exp(-t / decay_s); });
  }
  return samples;
}

/// Syllables of uneven length in phrases of uneven length: a voice, or a hiss for every fourth.
Samples speech(Chance& chance, double seconds) {
  auto samples = empty(seconds);
  for (double at_s = 0; at_s < seconds; at_s += chance.wait_s(2)) {
    for (int left = static_cast<int>(chance.between(3, 15)); left > 0; --left) {
      double length_s = 0;
      for (int part = 0; part < 6; ++part) length_s += chance.wait_s(33);
      const double hz = chance.between(90, 220);
      const double formant_hz = chance.between(400, 2300);
      const double gain = chance.between(0.15, 0.3);
      const bool hiss = chance.between(0, 4) < 1;
      add(samples, at_s, length_s, [&](double t) {
        double sum = 0;
        for (int partial = 1; partial <= 20 && !hiss; ++partial) {
          const double off = (hz * partial - formant_hz) / 300;
          sum += sine(hz * partial, t) * std::exp(-off * off);
        }
        return gain * std::sin(std::numbers::pi * t / length_s) * (hiss ? chance.noise() : sum);
      });
      at_s += length_s + chance.wait_s(50);
    }
  }
  return samples;
}

/// Bursts of noise at random times.
Samples bursts(Chance& chance, double seconds) {
  auto samples = empty(seconds);
  for (double at_s = 0; at_s < seconds; at_s += chance.wait_s(3)) {
    const double decay_s = chance.between(0.01, 0.08);
    add(samples, at_s, 5 * decay_s,
        [&](double t) { return 0.4 * std::exp(-t / decay_s) * chance.noise(); });
  }
  return samples;
}

struct Kind {
  std::string name;
  std::function<Samples(Chance&, double)> make;
};

aura::analysis::Rhythm rhythm_of(const Samples& samples) {
  aura::Spool file;
  file.append(aura::audio::wav(aura::audio::WavFormat::kS16, kRateHz, 1, samples));
  return aura::analysis::analyze({.file = file}, aura::audio::Decoder(), {}).report.measured.rhythm;
}

}  // namespace

TEST_CASE("pulse: what comes at random has no beats and no confidence") {
  const std::array kinds{Kind{"pads", pads}, Kind{"noise", white_noise}, Kind{"rain", rain},
                         Kind{"speech", speech}, Kind{"bursts", bursts}};
  for (const auto& [name, make] : kinds) {
    for (const double seconds : {20.0, 70.0}) {
      for (const std::uint32_t seed : {1U, 2U}) {
        CAPTURE(name, seconds, seed);
        Chance chance(seed);
        const auto rhythm = rhythm_of(make(chance, seconds));
        CHECK(rhythm.beats_s.empty());
        CHECK(rhythm.downbeats_s.empty());
        CHECK(rhythm.tempo_curve.kind.empty());
        CHECK(rhythm.confidence == 0);
        CHECK(rhythm.time_signature == (rhythm.bpm > 0 ? "unclear" : ""));
      }
    }
  }
}

TEST_CASE("pulse: bursts that come every half second have beats, in noise and over pads too") {
  for (const bool over_pads : {false, true}) {
    CAPTURE(over_pads);
    Chance chance(1);
    auto samples = over_pads ? pads(chance, 20) : white_noise(chance, 20);
    for (double& sample : samples) sample *= over_pads ? 1 : 0.2;
    for (double at_s = 0.1; at_s < 20; at_s += 0.5) {
      add(samples, at_s, 0.1, [&](double t) { return 0.4 * std::exp(-t / 0.03) * chance.noise(); });
    }
    const auto rhythm = rhythm_of(samples);
    CHECK(rhythm.beats_s.size() > 15);
    CHECK(rhythm.confidence > 0.2);
  }
}
