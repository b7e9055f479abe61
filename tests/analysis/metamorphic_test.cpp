#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <numbers>
#include <random>
#include <vector>

#include "aura/analysis/features.h"
#include "aura/dsp/chroma.h"
#include "aura/dsp/key.h"

// Music and the same music changed in one way: what was found must follow.

namespace aura::analysis {
namespace {

constexpr int kRateHz = 22'050;
constexpr double kFrameSeconds = 512.0 / kRateHz;

using Samples = std::vector<float>;

std::size_t at_sample(double seconds) {
  return static_cast<std::size_t>(std::lround(seconds * kRateHz));
}

/// Adds what `sound` gives by the seconds since `start`, for so long.
void add(Samples& music, double start_s, double lasts_s,
         const std::function<double(double)>& sound) {
  const auto begin = at_sample(start_s);
  const auto end = std::min(music.size(), at_sample(start_s + lasts_s));
  for (auto i = begin; i < end; ++i)
    music[i] += static_cast<float>(sound(static_cast<double>(i - begin) / kRateHz));
}

/// A band playing: kick, snare, hi-hat and chords of C major, each beat `period(seconds)` long.
struct Played {
  Samples samples;
  std::vector<double> beats_s;
};

Played play(double seconds, const std::function<double(double)>& period, double tuning = 1) {
  constexpr double kTwoPi = 2 * std::numbers::pi;
  Played played{Samples(at_sample(seconds)), {}};
  std::minstd_rand random(7);
  std::uniform_real_distribution<double> noise(-1, 1);
  int beat = 0;
  for (double at = 0; at < seconds - 0.5; at += period(at), ++beat) {
    played.beats_s.push_back(at);
    auto& music = played.samples;
    if (beat % 2 == 0) {
      add(music, at, 0.2,
          [&](double t) { return 0.5 * std::sin(kTwoPi * 55 * t) * std::exp(-t / 0.06); });
    } else {
      add(music, at, 0.2, [&](double t) { return 0.2 * noise(random) * std::exp(-t / 0.04); });
    }
    for (const double half : {0.0, 0.5}) {
      add(music, at + half * period(at), 0.06,
          [&](double t) { return 0.08 * noise(random) * std::exp(-t / 0.012); });
    }
    // C, F, G, C: a bar each.
    constexpr double kChordsHz[4][3] = {{261.63, 329.63, 392.00},
                                        {261.63, 349.23, 440.00},
                                        {246.94, 293.66, 392.00},
                                        {261.63, 329.63, 392.00}};
    for (const double hz : kChordsHz[beat / 4 % 4]) {
      add(music, at, 0.4, [&](double t) {
        return 0.06 * std::sin(kTwoPi * hz * tuning * t) * std::exp(-t / 0.25);
      });
    }
  }
  return played;
}

std::function<double(double)> steady(double bpm) {
  return [bpm](double) { return 60 / bpm; };
}

Rhythm rhythm_of(const Samples& samples) {
  FeatureExtractor extractor(kRateHz);
  extractor.push(samples);
  return std::move(extractor).finish().rhythm().rhythm();
}

dsp::Key key_of(const Samples& samples) {
  dsp::ChromaExtractor chroma;
  chroma.push(samples);
  return dsp::estimate_key(dsp::key_evidence(chroma.finish().blocks)).best;
}

/// The part of `beats` and of what was found that agree within 70 ms.
double f_measure(const std::vector<double>& found, const std::vector<double>& beats) {
  constexpr double kWithin = 0.07;
  const auto hits = std::count_if(beats.begin(), beats.end(), [&](double beat) {
    return std::any_of(found.begin(), found.end(),
                       [&](double other) { return std::abs(other - beat) <= kWithin; });
  });
  return 2 * static_cast<double>(hits) / static_cast<double>(found.size() + beats.size());
}

}  // namespace

TEST_CASE("metamorphic: silence within the music has no beats, and bends no tempo") {
  for (const double bpm : {91.0, 127.0, 138.0}) {
    const auto played = play(30, steady(bpm));
    const double plain = rhythm_of(played.samples).bpm;
    CHECK(plain == Approx(bpm).epsilon(0.001));
    for (const double silence_s : {3.0, 5.3, 20.0, 60.3}) {
      CAPTURE(bpm, silence_s);
      auto samples = played.samples;
      const auto resumes = samples.size() + at_sample(silence_s);
      samples.resize(resumes);
      samples.insert(samples.end(), played.samples.begin(), played.samples.end());
      const auto rhythm = rhythm_of(samples);
      CHECK(rhythm.bpm == Approx(bpm).epsilon(0.001));
      CHECK(rhythm.confidence > 0.7);
      const double from_s = 30.2, to_s = 29.9 + silence_s;
      CHECK(std::none_of(rhythm.beats_s.begin(), rhythm.beats_s.end(),
                         [&](double beat) { return beat > from_s && beat < to_s; }));
      auto beats = played.beats_s;
      for (const double beat : played.beats_s)
        beats.push_back(beat + static_cast<double>(resumes) / kRateHz);
      CHECK(f_measure(rhythm.beats_s, beats) > 0.98);
    }
  }
}

TEST_CASE("metamorphic: a rest shorter than two seconds keeps its beats") {
  auto played = play(40, steady(120));
  std::fill(played.samples.begin() + 20 * kRateHz,
            played.samples.begin() + static_cast<int>(21.5 * kRateHz), 0.0F);
  const auto rhythm = rhythm_of(played.samples);
  CHECK(rhythm.bpm == Approx(120).epsilon(0.001));
  CHECK(f_measure(rhythm.beats_s, played.beats_s) > 0.98);
}

TEST_CASE("metamorphic: a tempo that drifts is the mean, and neither half nor double") {
  for (const double bpm : {90.0, 100.0, 120.0, 140.0}) {
    for (const double drift : {-0.1, -0.05, 0.02, 0.05, 0.1}) {
      CAPTURE(bpm, drift);
      constexpr double kSeconds = 120;
      const auto played =
          play(kSeconds, [&](double at) { return 60 / (bpm * (1 + drift * at / kSeconds)); });
      const auto rhythm = rhythm_of(played.samples);
      CHECK(rhythm.bpm == Approx(bpm * (1 + drift / 2)).epsilon(0.005));
      CHECK(f_measure(rhythm.beats_s, played.beats_s) > 0.98);
    }
  }
}

TEST_CASE(
    "metamorphic: the first sample's beat is there, none is lost, and none is behind the last") {
  for (const double lead_s : {0.0, 0.01, 0.5, 3.0}) {
    CAPTURE(lead_s);
    const auto played = play(20, steady(120));
    Samples samples(at_sample(lead_s));
    samples.insert(samples.end(), played.samples.begin(), played.samples.end());
    const auto rhythm = rhythm_of(samples);
    REQUIRE_FALSE(rhythm.beats_s.empty());
    CHECK(rhythm.beats_s.front() == Approx(lead_s).margin(2 * kFrameSeconds));
    auto beats = played.beats_s;
    for (double& beat : beats) beat += lead_s;
    CHECK(rhythm.beats_s.back() == Approx(beats.back()).margin(2 * kFrameSeconds));
    CHECK(f_measure(rhythm.beats_s, beats) > 0.98);
  }
}

TEST_CASE("metamorphic: the level changes nothing") {
  const auto played = play(20, steady(110));
  const auto plain = rhythm_of(played.samples);
  const auto key = key_of(played.samples);
  for (const double gain : {0.001, 0.1, 3.0}) {
    CAPTURE(gain);
    auto samples = played.samples;
    for (float& sample : samples) sample *= static_cast<float>(gain);
    const auto rhythm = rhythm_of(samples);
    CHECK(rhythm.bpm == Approx(plain.bpm).epsilon(1e-4));
    CHECK(f_measure(rhythm.beats_s, plain.beats_s) > 0.99);
    CHECK(key_of(samples).tonic == key.tonic);
    CHECK(key_of(samples).minor == key.minor);
  }
}

TEST_CASE("metamorphic: a tuning some cents off leaves the key and the tempo") {
  const auto key = key_of(play(20, steady(110)).samples);
  CHECK(key.tonic == 0);
  CHECK_FALSE(key.minor);
  for (const double cents : {-15.0, 10.0, 20.0}) {
    CAPTURE(cents);
    const auto tuned = play(20, steady(110), std::exp2(cents / 1200));
    CHECK(key_of(tuned.samples).tonic == key.tonic);
    CHECK(key_of(tuned.samples).minor == key.minor);
    CHECK(rhythm_of(tuned.samples).bpm == Approx(110).epsilon(0.001));
  }
}

TEST_CASE("metamorphic: noise without a pulse has no beats") {
  std::minstd_rand random(3);
  std::uniform_real_distribution<float> noise(-0.3F, 0.3F);
  Samples samples(40 * kRateHz);
  for (float& sample : samples) sample = noise(random);
  const auto rhythm = rhythm_of(samples);
  CHECK(rhythm.confidence < 0.2);
  CHECK(rhythm.beats_s.empty());
}

}  // namespace aura::analysis
