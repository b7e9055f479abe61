#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <numbers>
#include <sstream>
#include <string>
#include <vector>

#include "aura/analysis/analyze.h"
#include "signals.h"
#include "wav.h"

using aura::Spool;
using aura::analysis::analyze;
using aura::analysis::Report;
using aura::audio::Decoder;
using nlohmann::json;

namespace {

constexpr int kRateHz = 22050;

Report report_of(const std::vector<double>& samples) {
  Spool file;
  file.append(aura::audio::wav(aura::audio::WavFormat::kS16, kRateHz, 1, samples));
  return analyze({.file = file}, Decoder(), {}).report;
}

/// A drummer: kick on the first beat of each bar of `beats`, snare on the third of four and on the
/// others of three, hi-hat on each half beat.
std::vector<double> drums(double bpm, int beats, double seconds) {
  std::vector<double> samples(static_cast<std::size_t>(seconds * kRateHz), 0.0);
  const auto hit = [&](double at_s, double gain, double hz, double decay_s) {
    const auto begin = static_cast<std::size_t>(std::lround(at_s * kRateHz));
    const auto noise = aura::test::noise(1, static_cast<std::size_t>(5 * decay_s * kRateHz));
    for (std::size_t i = 0; i < noise.size() && begin + i < samples.size(); ++i) {
      const double t = static_cast<double>(i) / kRateHz;
      const double tone =
          hz > 0 ? std::sin(2 * std::numbers::pi * hz * t) : static_cast<double>(noise[i]);
      samples[begin + i] += gain * tone * std::exp(-t / decay_s);
    }
  };
  const double beat_s = 60 / bpm;
  for (int half = 0; half * beat_s / 2 < seconds; ++half) {
    const double at_s = half * beat_s / 2;
    hit(at_s, 0.1, 0, 0.01);
    if (half % 2 != 0) continue;
    const int beat = half / 2 % beats;
    if (beat == 0 || (beats == 4 && beat == 2)) hit(at_s, 0.5, 60, 0.08);
    if (beats == 3 ? beat != 0 : beat % 2 == 1) hit(at_s, 0.3, 0, 0.05);
  }
  return samples;
}

using Music = std::array<std::string, 4>;  // file, tempo, beats a bar, key

std::vector<Music> sample_music() {
  std::ifstream rows(AURA_TEST_DATA "/music/truth.csv");
  std::string row;
  std::getline(rows, row);  // the names of the columns
  std::vector<Music> music;
  while (std::getline(rows, row)) {
    std::istringstream cells(row);
    for (auto& cell : music.emplace_back()) std::getline(cells, cell, ',');
  }
  REQUIRE(music.size() == 6);
  return music;
}

Report report_of_music(const std::string& name) {
  const auto file = Spool::open(AURA_TEST_DATA "/music/" + name, 1 << 30);
  return analyze({.file = file}, Decoder(), {}).report;
}

/// The tonic of the major key that has the notes of `key`, from 0 for C.
int notes_of(const std::string& key) {
  const std::map<std::string, int> tonics{{"C", 0},  {"C#", 1}, {"D", 2},   {"Eb", 3},
                                          {"E", 4},  {"F", 5},  {"F#", 6},  {"G", 7},
                                          {"Ab", 8}, {"A", 9},  {"Bb", 10}, {"B", 11}};
  const auto space = key.find(' ');
  const int tonic = tonics.at(key.substr(0, space));
  return key.substr(space + 1) == "minor" ? (tonic + 3) % 12 : tonic;
}

}  // namespace

TEST_CASE("rhythm: drums have the tempo that they are played at, slow ones it or its double") {
  const double bpm = GENERATE(80.0, 96.5, 110.0, 120.0, 140.0);
  INFO(bpm);
  const auto rhythm = report_of(drums(bpm, 4, 40)).measured.rhythm;
  // Of drums alone, two slow beats with a hi-hat between them may as well be four.
  const double level = bpm < 90 && rhythm.bpm > 1.5 * bpm ? 2 : 1;
  // Over 40 s, a frame at either end is a thousandth.
  CHECK(rhythm.bpm == Approx(level * bpm).epsilon(0.002));
  CHECK(rhythm.time_signature == "4/4");
  CHECK(rhythm.confidence > 0.3);
  CHECK(rhythm.confidence <= 1);
}

TEST_CASE("rhythm: a metronome has the tempo of its ticks, and each is a beat") {
  const double bpm = GENERATE(60.0, 75.0, 90.0, 100.0, 120.0, 128.0, 150.0, 174.0);
  INFO(bpm);
  std::vector<double> samples(20 * kRateHz);
  std::size_t ticks = 0;
  for (double at_s = 0; at_s < 19.9; at_s += 60 / bpm, ++ticks) {
    const auto begin = static_cast<std::size_t>(std::lround(at_s * kRateHz));
    for (std::size_t i = 0; i < kRateHz / 20 && begin + i < samples.size(); ++i) {
      const double t = static_cast<double>(i) / kRateHz;
      samples[begin + i] = 0.8 * std::sin(2 * std::numbers::pi * 1000 * t) * std::exp(-t / 0.008);
    }
  }
  const auto rhythm = report_of(samples).measured.rhythm;
  CHECK(rhythm.bpm == Approx(bpm).epsilon(0.002));
  CHECK(rhythm.confidence > 0.5);
  // One sounds too near to the end to be seen.
  CHECK(rhythm.beats_s.size() + 1 >= ticks);
  CHECK(rhythm.beats_s.size() <= ticks);
}

TEST_CASE("rhythm: a tempo that may be taken for its double is among the alternatives") {
  const auto rhythm = report_of(drums(80, 4, 40)).measured.rhythm;
  bool told = rhythm.bpm == Approx(80).epsilon(0.01);
  for (const auto& [bpm, weight] : rhythm.alternatives) told |= bpm == Approx(80).epsilon(0.01);
  CHECK(told);
}

TEST_CASE("rhythm: beats lie on the drums, in order, as far apart as the tempo says") {
  const double bpm = 120;
  const auto rhythm = report_of(drums(bpm, 4, 30)).measured.rhythm;
  REQUIRE(rhythm.beats_s.size() > 50);
  double off_s = 0;
  for (std::size_t i = 0; i < rhythm.beats_s.size(); ++i) {
    const double beats = rhythm.beats_s[i] * bpm / 60;
    off_s += std::abs(beats - std::round(beats)) * 60 / bpm;
    if (i > 0) CHECK(rhythm.beats_s[i] > rhythm.beats_s[i - 1]);
  }
  // One frame, which is as far as they are told apart.
  CHECK(off_s / static_cast<double>(rhythm.beats_s.size()) < 512.0 / kRateHz);
}

TEST_CASE("rhythm: beats are on time, and the tempo of steady drums is exact") {
  const double bpm = GENERATE(97.0, 120.0, 127.3, 150.0);
  INFO(bpm);
  const auto rhythm = report_of(drums(bpm, 4, 40)).measured.rhythm;
  CHECK(rhythm.tempo_curve.kind == "steady");
  REQUIRE(rhythm.tempo_curve.points.size() == 1);
  CHECK(rhythm.tempo_curve.points.front().bpm == rhythm.bpm);
  if (bpm == std::round(bpm)) {
    CHECK(rhythm.bpm == bpm);
  } else {
    CHECK(rhythm.bpm == Approx(bpm).epsilon(0.0005));
  }
  std::vector<double> offs_s;
  for (const double beat_s : rhythm.beats_s) offs_s.push_back(std::remainder(beat_s, 60 / bpm));
  std::sort(offs_s.begin(), offs_s.end());
  REQUIRE_FALSE(offs_s.empty());
  // Drums without a room begin more suddenly than any that the lateness was fitted on.
  CHECK(std::abs(offs_s[offs_s.size() / 2]) < 0.02);
}

TEST_CASE("rhythm: the downbeats of a waltz are every third beat, where its kick is") {
  const auto rhythm = report_of(drums(140, 3, 40)).measured.rhythm;
  CHECK(rhythm.time_signature == "3/4");
  CHECK(rhythm.time_signature_confidence > 0.5);
  REQUIRE(rhythm.downbeats_s.size() > 20);
  for (const double at_s : rhythm.downbeats_s)
    CHECK(std::abs(std::remainder(at_s, 3 * 60 / 140.0)) < 0.07);
}

TEST_CASE("rhythm: a tempo that drifts has a curve that follows it") {
  // Ticks from 100 to 110 BPM.
  std::vector<double> samples(60 * kRateHz);
  for (double at_s = 0; at_s < 59; at_s += 60 / (100 + at_s / 6)) {
    const auto begin = static_cast<std::size_t>(std::lround(at_s * kRateHz));
    for (std::size_t i = 0; i < kRateHz / 20 && begin + i < samples.size(); ++i) {
      const double t = static_cast<double>(i) / kRateHz;
      samples[begin + i] = 0.8 * std::sin(2 * std::numbers::pi * 1000 * t) * std::exp(-t / 0.008);
    }
  }
  const auto curve = report_of(samples).measured.rhythm.tempo_curve;
  CHECK(curve.kind == "drifts");
  REQUIRE(curve.points.size() > 10);
  CHECK(curve.points.size() <= aura::analysis::kMaxTempoPoints);
  for (const auto& [at_s, bpm] : curve.points) CHECK(bpm == Approx(100 + at_s / 6).epsilon(0.02));
}

TEST_CASE("rhythm: each stroke is an onset, those at once are one") {
  const double bpm = GENERATE(90.0, 120.0, 170.0);
  // A stroke each half beat; the first has nothing before it to rise from.
  CHECK(report_of(drums(bpm, 4, 30)).measured.rhythm.onsets_per_s ==
        Approx(bpm / 30).epsilon(0.05));
}

TEST_CASE("rhythm: a vibrato is no onset") {
  std::vector<double> organ(static_cast<std::size_t>(20 * kRateHz));
  for (std::size_t i = 0; i < organ.size(); ++i) {
    const double t = static_cast<double>(i) / kRateHz;
    const double vibrato = 1 + 0.1 * std::sin(2 * std::numbers::pi * 6 * t);
    for (const double hz : {196.0, 246.9, 293.7, 392.0, 493.9, 587.3})
      organ[i] += 0.05 * vibrato * std::sin(2 * std::numbers::pi * hz * t);
  }
  // Its beginning is one.
  CHECK(report_of(organ).measured.rhythm.onsets_per_s <= 0.1);
}

TEST_CASE("rhythm: silence has no tempo, beats, metre, onsets or key") {
  const auto report = report_of(std::vector<double>(10 * kRateHz, 0.0));
  CHECK(report.measured.rhythm.bpm == 0);
  CHECK(report.measured.rhythm.confidence == 0);
  CHECK(report.measured.rhythm.alternatives.empty());
  CHECK(report.measured.rhythm.beats_s.empty());
  CHECK(report.measured.rhythm.time_signature.empty());
  CHECK(report.measured.rhythm.tempo_curve.kind.empty());
  CHECK(report.measured.rhythm.tempo_curve.points.empty());
  CHECK(report.measured.rhythm.downbeats_s.empty());
  CHECK(report.measured.rhythm.onsets_per_s == 0);
  CHECK(report.measured.tonal.key.empty());
  CHECK(report.measured.tonal.confidence == 0);
  const auto object = json::parse(to_json(report));
  CHECK(object.at("rhythm").at("beats") == json::array());
  CHECK(object.at("tonal").at("key") == "");
}

TEST_CASE("rhythm: noise has little confidence, no beats and no clear metre") {
  const auto noise = aura::test::noise(0.3, 30 * kRateHz);
  const auto rhythm = report_of({noise.begin(), noise.end()}).measured.rhythm;
  CHECK(rhythm.confidence < 0.3);
  CHECK(rhythm.beats_s.empty());
  CHECK(rhythm.downbeats_s.empty());
  CHECK(rhythm.tempo_curve.points.empty());
  CHECK(rhythm.time_signature == (rhythm.bpm > 0 ? "unclear" : ""));
}

TEST_CASE("rhythm: the sample music has its composers' tempo and metre") {
  for (const auto& [name, bpm, beats, key] : sample_music()) {
    INFO(name);
    const auto rhythm = report_of_music(name).measured.rhythm;
    CHECK(rhythm.bpm == Approx(std::stod(bpm)).epsilon(0.005));
    CHECK(rhythm.time_signature == beats + "/4");
  }
}

TEST_CASE("tonal: the sample music is in its composers' key, or in the one of the same notes") {
  // A minor key and its relative major are told apart by little more than where the music comes to
  // rest, and these are excerpts.
  for (const auto& [name, bpm, beats, key] : sample_music()) {
    INFO(name);
    const auto tonal = report_of_music(name).measured.tonal;
    CHECK(notes_of(std::string(tonal.key) + " " + std::string(tonal.scale)) == notes_of(key));
  }
}
