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

/// A triad for a second: notes as MIDI numbers them, three harmonics each. `transpose` is in
/// semitones.
void play(std::vector<float>& signal, std::initializer_list<int> notes, double transpose) {
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

std::vector<float> major_cadence(double transpose) {
  std::vector<float> signal;
  for (int turn = 0; turn < 3; ++turn) {
    play(signal, {48, 60, 64, 67}, transpose);  // I
    play(signal, {53, 60, 65, 69}, transpose);  // IV
    play(signal, {55, 59, 62, 67}, transpose);  // V
    play(signal, {48, 60, 64, 67}, transpose);  // I
  }
  return signal;
}

std::vector<float> minor_cadence(double transpose) {
  std::vector<float> signal;
  for (int turn = 0; turn < 3; ++turn) {
    play(signal, {45, 60, 64, 69}, transpose);  // i
    play(signal, {50, 62, 65, 69}, transpose);  // iv
    play(signal, {52, 59, 64, 68}, transpose);  // V
    play(signal, {45, 60, 64, 69}, transpose);  // i
  }
  return signal;
}

TunedChroma chroma_of(const std::vector<float>& signal, const Lanes& lanes = fastest_lanes()) {
  ChromaExtractor extractor(lanes);
  extractor.push(signal);
  return extractor.finish();
}

KeyEstimate key_of(const std::vector<float>& signal) {
  return estimate_key(key_evidence(chroma_of(signal).blocks));
}

TEST_CASE("key: a cadence is in its key, on each of the twelve tonics") {
  const int transpose = GENERATE(range(0, 12));
  INFO(transpose);
  const auto [major, next_to_major] = key_of(major_cadence(transpose));
  CHECK(major.tonic == static_cast<std::size_t>(transpose));
  CHECK_FALSE(major.minor);
  const auto [minor, next_to_minor] = key_of(minor_cadence(transpose));
  CHECK(minor.tonic == static_cast<std::size_t>(9 + transpose) % 12);
  CHECK(minor.minor);
  CHECK(major.weight > 0.5);
  CHECK(major.weight + next_to_major.weight <= 1);
  CHECK(next_to_major.weight < major.weight);
  CHECK(next_to_major.weight > 0);
  CHECK((next_to_minor.tonic != minor.tonic || !next_to_minor.minor));
}

TEST_CASE("key: a cadence stays in its key at any pitch of A, which is found") {
  const double hz = GENERATE(426, 428.5, 432, 436, 440, 443, 446, 450);
  INFO(hz);
  for (const int transpose : {0, 5, 10}) {
    const auto chroma = chroma_of(major_cadence(transpose + 12 * std::log2(hz / 440)));
    CHECK(chroma.tuning_hz == Approx(hz).margin(0.3));
    const auto [best, second] = estimate_key(key_evidence(chroma.blocks));
    CHECK(best.tonic == static_cast<std::size_t>(transpose));
    CHECK_FALSE(best.minor);
  }
}

TEST_CASE("key: silence has none, and noise none that is sure") {
  CHECK(key_of(std::vector<float>(200'000, 0.0F)).best.weight == 0);
  CHECK(key_of(std::vector<float>(200'000, 0.0F)).second.weight == 0);
  CHECK(estimate_key({}).best.weight == 0);
  CHECK(estimate_key(key_evidence({})).best.weight == 0);
  CHECK(key_of(test::noise(0.3, 30 * 22050)).best.weight < 0.5);
}

TEST_CASE("key: silence before and after the music changes no evidence") {
  const auto signal = minor_cadence(2);
  const auto alone = key_evidence(chroma_of(signal).blocks);
  auto blocks = chroma_of(signal).blocks;
  blocks.insert(blocks.begin(), 20, ChromaBlock{});
  blocks.resize(blocks.size() + 20);
  const auto among = key_evidence(blocks);
  for (std::size_t i = 0; i < kPitchClasses; ++i) {
    CHECK(among.notes.at(i) == Approx(alone.notes.at(i)));
    CHECK(among.minor_chords.at(i) == Approx(alone.minor_chords.at(i)));
  }
}

TEST_CASE("key: the chords of a cadence are told by their roots and kinds") {
  const auto evidence = key_evidence(chroma_of(minor_cadence(0)).blocks);
  // Of A minor, A minor, D minor and E major; a block may have two chords.
  CHECK(evidence.minor_chords[9] > 0.3);
  CHECK(evidence.minor_chords[2] > 0.12);
  CHECK(evidence.major_chords[4] > 0.12);
  double sum = 0;
  for (const double share : evidence.major_chords) sum += share;
  for (const double share : evidence.minor_chords) sum += share;
  CHECK(sum == Approx(1));
}

TEST_CASE("key: pairs of chords keep their order, and add up to 1") {
  ChromaBlock c_major{};
  for (const std::size_t note : {0, 4, 7}) c_major.at(note) = 1;
  ChromaBlock f_major{};
  for (const std::size_t note : {5, 9, 0}) f_major.at(note) = 1;
  std::vector<ChromaBlock> blocks(8, c_major);
  blocks.insert(blocks.end(), 8, f_major);
  const auto pairs = key_evidence(blocks).chord_pairs;
  CHECK(pairs[0][5] > 5 * pairs[5][0]);
  CHECK(pairs[0][0] == Approx(pairs[5][5]).epsilon(1e-4));
  double sum = 0;
  for (const auto& row : pairs) {
    for (const double share : row) sum += share;
  }
  CHECK(sum == Approx(1));
  const auto alone = key_evidence(std::vector<ChromaBlock>(1, c_major)).chord_pairs;
  CHECK(alone == decltype(alone){});
}

TEST_CASE("chroma: of a note is its pitch class, with the class it may be the third harmonic of") {
  const auto [tuning_hz, blocks] = chroma_of(test::sine(440, 0.5, 100'000));
  CHECK(tuning_hz == Approx(440).margin(0.1));
  REQUIRE(blocks.size() == 12);  // of 8,192 samples
  for (const auto& chroma : blocks) {
    // Four of 440 Hz, 220, 110 are A; the third is D, by 0.6 squared over 1 + 0.6 + 0.6 cubed.
    CHECK(chroma[9] == 1);
    CHECK(chroma[2] == Approx(0.36 / 1.816).epsilon(0.02));
    for (const std::size_t other : {0, 1, 3, 4, 5, 6, 7, 8, 10, 11}) CHECK(chroma[other] < 0.01F);
  }
}

TEST_CASE("chroma: noise leaves the pitch of A near 440 Hz, and silence at it") {
  CHECK(chroma_of(std::vector<float>(100'000, 0.0F)).tuning_hz == 440);
  CHECK(chroma_of(test::noise(0.3, 60 * 22050)).tuning_hz == Approx(440).margin(5));
}

TEST_CASE("chroma: is the same however the samples are cut into blocks") {
  const auto signal = major_cadence(0);
  ChromaExtractor extractor;
  for (std::size_t at = 0, size = 1; at < signal.size(); at += size, size = size * 3 % 20'011) {
    size = std::min(size, signal.size() - at);
    extractor.push(std::span(signal).subspan(at, size));
  }
  const auto cut = extractor.finish();
  const auto whole = chroma_of(signal);
  CHECK(cut.tuning_hz == whole.tuning_hz);
  CHECK(cut.blocks == whole.blocks);
}

TEST_CASE("chroma: is the same on each instruction set, whole blocks that fill no register too") {
  const auto& lanes = test::every_lanes();
  const auto chroma = chroma_of(major_cadence(3), lanes);
  const auto fastest = chroma_of(major_cadence(3));
  REQUIRE(chroma.blocks.size() == fastest.blocks.size());
  CHECK(chroma.tuning_hz == Approx(fastest.tuning_hz).epsilon(1e-5));
  // Single precision, with and without fused steps.
  for (std::size_t t = 0; t < chroma.blocks.size(); ++t) {
    for (std::size_t i = 0; i < kPitchClasses; ++i)
      CHECK(chroma.blocks[t].at(i) == Approx(fastest.blocks[t].at(i)).epsilon(1e-3).margin(1e-3));
  }
}

}  // namespace
}  // namespace aura::dsp
