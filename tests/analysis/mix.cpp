#include "mix.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>

namespace aura::analysis {
namespace {

constexpr double kTwoPi = 2 * std::numbers::pi;
constexpr double kSeconds = 24;

std::size_t at_sample(double seconds) {
  return static_cast<std::size_t>(std::lround(seconds * Mix::kRateHz));
}

/// Adds what `sound` gives for the seconds since `start_s`; `pan` is 0 at the left, 1 at the right.
template <typename Sound>
void add(Mix& mix, double start_s, double lasts_s, double pan, Sound sound) {
  const auto begin = at_sample(start_s);
  const auto end = std::min(mix.left.size(), at_sample(start_s + lasts_s));
  const double left = std::cos(pan * kTwoPi / 4), right = std::sin(pan * kTwoPi / 4);
  double* left_samples = mix.left.data();
  double* right_samples = mix.right.data();
  for (auto i = begin; i < end; ++i) {
    const double value = sound(static_cast<double>(i - begin) / Mix::kRateHz);
    left_samples[i] += left * value;
    right_samples[i] += right * value;
  }
}

/// A period with overtones.
const std::array<double, 4096>& period() {
  static const auto table = [] {
    std::array<double, 4096> samples{};
    for (std::size_t i = 0; i < samples.size(); ++i) {
      for (int k = 1; k <= 8; ++k)
        samples[i] += std::sin(kTwoPi * k * static_cast<double>(i) / 4096) / k / k;
    }
    return samples;
  }();
  return table;
}

/// Returns a tone that is struck and fades, for add(): to be called sample by sample.
auto tone(double hz, double level, double fades_s) {
  const double fade = std::exp(-1 / (fades_s * Mix::kRateHz));
  return [=, table = period().data(), envelope = level](double t) mutable {
    envelope *= fade;
    return envelope * std::min(1.0, t / 0.004) *
           table[static_cast<std::size_t>(hz * t * 4096) & 4095];
  };
}

double hz_of(int midi) {
  return 440 * std::exp2((midi - 69) / 12.0);
}

/// Schroeder's: four combs for each channel, of other lengths.
void reverberate(std::vector<double>& samples, const std::vector<std::size_t>& lengths) {
  std::vector<double> wet(samples.size());
  for (const auto length : lengths) {
    std::vector<double> line(length);
    std::size_t at = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const double out = line[at];
      line[at] = samples[i] + 0.72 * out;
      at = (at + 1) % length;
      wet[i] += out;
    }
  }
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] += 0.06 * wet[i];
}

void drum(Mix& mix, std::mt19937& random, double at_s, double beat_s, int beat) {
  std::uniform_real_distribution<double> noise(-1, 1);
  const auto hiss = [&](double level, double fades_s) {
    return [&, level, fades_s](double t) { return level * noise(random) * std::exp(-t / fades_s); };
  };
  if (beat % 2 == 0) {
    add(mix, at_s, 0.25, 0.5, [](double t) {
      return 0.9 * std::sin(kTwoPi * (50 * t + 4 * (1 - std::exp(-t / 0.03)))) *
             std::exp(-t / 0.08);
    });
  } else {
    add(mix, at_s, 0.2, 0.45, hiss(0.4, 0.05));
  }
  for (const double half : {0.0, 0.5}) add(mix, at_s + half * beat_s, 0.08, 0.7, hiss(0.14, 0.015));
}

}  // namespace

double Mix::peak() const {
  double peak = 0;
  for (const auto* channel : {&left, &right})
    for (const double value : *channel) peak = std::max(peak, std::abs(value));
  return peak;
}

void Mix::amplify(double gain) {
  for (auto* channel : {&left, &right})
    for (double& value : *channel) value *= gain;
}

void Mix::scale(double middle, double side) {
  for (std::size_t i = 0; i < left.size(); ++i) {
    const double shared = middle * (left[i] + right[i]) / 2,
                 other = side * (left[i] - right[i]) / 2;
    left[i] = shared + other;
    right[i] = shared - other;
  }
}

Mix play_band(unsigned seed, double speed) {
  Mix mix;
  mix.left.resize(at_sample(kSeconds));
  mix.right.resize(mix.left.size());
  std::mt19937 random(seed + 1);
  const double beat_s = 60 / (speed * static_cast<double>(95 + random() % 41));
  const int tonic = 48 + static_cast<int>(random() % 12);
  const bool is_minor = random() % 3 == 0;
  const int third = is_minor ? 3 : 4;
  // I, IV, V, I in root position, each for a bar.
  const int roots[] = {0, 5, 7, 0};
  const int scale[] = {0, 2, third, 5, 7, is_minor ? 8 : 9};
  for (int beat = 0; beat * beat_s < kSeconds - 1.5; ++beat) {
    const double at_s = beat * beat_s;
    drum(mix, random, at_s, beat_s, beat);
    const int root = tonic + roots[beat / 4 % 4];
    add(mix, at_s, beat_s, 0.5, tone(hz_of(root - 12), 0.3, 0.4));
    const int of_chord = beat / 4 % 4 == 2 ? 4 : third;
    for (const int step : {0, of_chord, 7}) {
      const double pan = step == 0 ? 0.15 : step == 7 ? 0.85 : 0.3;
      add(mix, at_s, 2 * beat_s, pan, tone(hz_of(root + 12 + step), 0.12, 0.5));
    }
    const int note = tonic + 24 + scale[random() % std::size(scale)];
    add(mix, at_s, 2 * beat_s, 0.6, tone(hz_of(beat % 4 == 0 ? root + 24 : note), 0.14, 0.35));
  }
  reverberate(mix.left, {1557, 1617, 1491, 1422});
  reverberate(mix.right, {1580, 1640, 1514, 1445});
  // As a limiter does, softly.
  mix.amplify(1.6 / mix.peak());
  for (auto* channel : {&mix.left, &mix.right})
    for (double& value : *channel) value = std::tanh(value);
  constexpr double kPeak = 0.79;
  mix.amplify(kPeak / mix.peak());
  return mix;
}

Spool to_file(const Mix& mix, audio::WavFormat format) {
  std::vector<double> interleaved;
  interleaved.reserve(2 * mix.left.size());
  for (std::size_t i = 0; i < mix.left.size(); ++i)
    interleaved.insert(interleaved.end(), {mix.left[i], mix.right[i]});
  Spool file;
  file.append(audio::wav(format, Mix::kRateHz, 2, interleaved));
  return file;
}

}  // namespace aura::analysis
