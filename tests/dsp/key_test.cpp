#include "aura/dsp/key.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <initializer_list>
#include <vector>

#include "aura/dsp/chroma.h"
#include "every_lanes.h"
#include "signals.h"

namespace aura::dsp {
namespace {

/// A triad for a second: notes as MIDI numbers them, three harmonics each.
void play(std::vector<float>& signal, std::initializer_list<int> notes, int transpose) {
  std::vector<float> chord(test::kSampleRateHz, 0.0F);
  for (const int note : notes) {
    for (const int harmonic : {1, 2, 3}) {
      const double hz = 440 * std::exp2((note + transpose - 69) / 12.0) * harmonic;
      const auto partial = test::sine(hz, 0.1 / harmonic, chord.size());
      for (std::size_t i = 0; i < chord.size(); ++i) chord[i] += partial[i];
    }
  }
  signal.insert(signal.end(), chord.begin(), chord.end());
}

std::vector<float> major_cadence(int transpose) {
  std::vector<float> signal;
  for (int turn = 0; turn < 3; ++turn) {
    play(signal, {48, 60, 64, 67}, transpose);  // I
    play(signal, {53, 60, 65, 69}, transpose);  // IV
    play(signal, {55, 59, 62, 67}, transpose);  // V
    play(signal, {48, 60, 64, 67}, transpose);  // I
  }
  return signal;
}

std::vector<float> minor_cadence(int transpose) {
  std::vector<float> signal;
  for (int turn = 0; turn < 3; ++turn) {
    play(signal, {45, 60, 64, 69}, transpose);  // i
    play(signal, {50, 62, 65, 69}, transpose);  // iv
    play(signal, {52, 59, 64, 68}, transpose);  // V
    play(signal, {45, 60, 64, 69}, transpose);  // i
  }
  return signal;
}

Chroma chroma_of(const std::vector<float>& signal, const Lanes& lanes = fastest_lanes()) {
  ChromaExtractor extractor(lanes);
  extractor.push(signal);
  return extractor.chroma();
}

TEST_CASE("key: a cadence is in its key, on each of the twelve tonics") {
  const int transpose = GENERATE(range(0, 12));
  INFO(transpose);
  const auto major = estimate_key(chroma_of(major_cadence(transpose)));
  CHECK(major.tonic == static_cast<std::size_t>(transpose));
  CHECK_FALSE(major.minor);
  const auto minor = estimate_key(chroma_of(minor_cadence(transpose)));
  CHECK(minor.tonic == static_cast<std::size_t>(9 + transpose) % 12);
  CHECK(minor.minor);
  CHECK(major.confidence > 0.5);
  CHECK(major.confidence <= 1);
}

TEST_CASE("key: silence has none, and noise none that is sure") {
  CHECK(estimate_key(chroma_of(std::vector<float>(200'000, 0.0F))).confidence == 0);
  CHECK(estimate_key({}).confidence == 0);
  CHECK(estimate_key(chroma_of(test::noise(0.3, 30 * 22050))).confidence < 0.5);
}

TEST_CASE("chroma: of a note is its pitch class, with the class it may be the third harmonic of") {
  const auto chroma = chroma_of(test::sine(440, 0.5, 100'000));
  // Four of 440 Hz, 220, 110 are A; the third is D, by 0.6 squared over 1 + 0.6 + 0.6 cubed.
  CHECK(chroma[2] / chroma[9] == Approx(0.36 / 1.816).epsilon(0.02));
  for (const std::size_t other : {0, 1, 3, 4, 5, 6, 7, 8, 10, 11})
    CHECK(chroma[other] < 0.01 * chroma[9]);
}

TEST_CASE("chroma: is the same however the samples are cut into blocks") {
  const auto signal = major_cadence(0);
  ChromaExtractor extractor;
  for (std::size_t at = 0, size = 1; at < signal.size(); at += size, size = size * 3 % 20'011) {
    size = std::min(size, signal.size() - at);
    extractor.push(std::span(signal).subspan(at, size));
  }
  CHECK(extractor.chroma() == chroma_of(signal));
}

TEST_CASE("chroma: is the same on each instruction set, whole blocks that fill no register too") {
  const auto& lanes = test::every_lanes();
  const auto chroma = chroma_of(major_cadence(3), lanes);
  const auto fastest = chroma_of(major_cadence(3));
  // Single precision, with and without fused steps.
  for (std::size_t i = 0; i < kPitchClasses; ++i)
    CHECK(chroma.at(i) == Approx(fastest.at(i)).epsilon(1e-4).margin(1e-4));
}

}  // namespace
}  // namespace aura::dsp
