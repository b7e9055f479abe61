#include "aura/analysis/analyze.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "aura/base/error.h"
#include "wav.h"

using aura::Spool;
using aura::analysis::analyze;
using aura::audio::Decoder;
using nlohmann::json;

namespace {

Spool music(const std::string& name) {
  return Spool::open(AURA_TEST_DATA "/music/" + name, 1 << 30);
}

Spool wav_of(const std::vector<double>& samples) {
  Spool file;
  file.append(aura::audio::wav(aura::audio::WavFormat::kS16, 22050, 1, samples));
  return file;
}

}  // namespace

TEST_CASE(
    "analyze: encoded music has librosa's features within half a percent, and its very tempo") {
  const auto reference = json::parse(std::ifstream(AURA_TEST_DATA "/music/reference.json"));
  for (const auto& [name, expected] : reference.at("files").items()) {
    INFO(name);
    const auto file = music(name);
    const auto report = json::parse(to_json(analyze({.file = file}, Decoder(), {}).report));
    for (const auto& [feature, value] : expected.at("features").items()) {
      INFO(feature);
      const auto ours = report.at("features").at(feature).get<double>();
      if (feature == "tempo") {
        // A lag bin further is 0.8 % away at the slowest of these tempi.
        CHECK(ours == Approx(value.get<double>()).epsilon(1e-9));
      } else {
        CHECK(ours == Approx(value.get<double>()).epsilon(0.005));
      }
    }
  }
}

TEST_CASE("analyze: reports each step once, in order") {
  const auto file = music("lake_waltz.wav");
  std::vector<int> steps;
  analyze({.file = file}, Decoder(), {}, [&](int percent) { steps.push_back(percent); });
  CHECK(steps == std::vector<int>{20, 30, 40, 50, 60, 70, 80});
}

TEST_CASE("analyze: ten seconds of silence complete, with a warning and no advice on the tempo") {
  const auto file = wav_of(std::vector<double>(220'500, 0.0));
  const auto report = analyze({.file = file}, Decoder(), {}).report;
  CHECK(report.measured.core.features.tempo_bpm == 0);
  REQUIRE(report.warnings.size() == 1);
  CHECK(report.warnings[0].find("silent") != std::string::npos);
  for (const auto& advice : report.recommendations) CHECK(advice.type != "arrangement");
  CHECK_NOTHROW(to_json(report));
}

TEST_CASE("analyze: where channels cancel out the music is that of the first") {
  const auto heard = [](double second_channel) {
    std::vector<double> samples;
    for (std::size_t i = 0; i < 20 * 22'050; ++i) {
      const double since_beat = std::fmod(static_cast<double>(i) / 22'050, 0.5);
      const double sample = 0.5 * std::exp(-20 * since_beat) * std::sin(2765 * since_beat);
      samples.insert(samples.end(), {sample, sample * second_channel});
    }
    Spool file;
    file.append(aura::audio::wav(aura::audio::WavFormat::kF32, 22'050, 2, samples));
    return analyze({.file = file}, Decoder(), {}).report;
  };
  const auto left = heard(1);
  CHECK(left.warnings.empty());
  CHECK(left.measured.rhythm.bpm == Approx(120).epsilon(0.01));
  const auto opposite = heard(-1);
  REQUIRE(opposite.warnings.size() == 1);
  CHECK(opposite.warnings[0].find("the channels cancel each other out") == 0);
  CHECK(opposite.measured.core.features.rms_mean == 0);
  CHECK(opposite.measured.rhythm.bpm == left.measured.rhythm.bpm);
  CHECK(opposite.measured.rhythm.beats_s == left.measured.rhythm.beats_s);
  CHECK(opposite.measured.tonal.key == left.measured.tonal.key);
  CHECK(opposite.measured.core.danceability == left.measured.core.danceability);
  CHECK(opposite.measured.core.loudness.integrated_lufs.value() ==
        Approx(left.measured.core.loudness.integrated_lufs.value()).margin(0.01));
}

TEST_CASE("analyze: levels that no sound has are an error") {
  Spool file;
  file.append(aura::audio::wav(aura::audio::WavFormat::kF32, 22'050, 1,
                               aura::audio::sine(440, 1e4, 22'050, 44'100)));
  CHECK_THROWS_AS(analyze({.file = file}, Decoder(), {}), aura::JobError);
}

TEST_CASE("analyze: lyrics count, and a cut is mentioned") {
  const auto file = wav_of(aura::audio::sine(440, 0.5, 22050, 44'100));
  const auto report = analyze({.file = file, .lyrics = {"la la la", true}}, Decoder(), {}).report;
  CHECK(report.lyrics_words == 3);
  CHECK(std::any_of(report.warnings.begin(), report.warnings.end(),
                    [](const auto& w) { return w.find("lyrics") != std::string::npos; }));
}

TEST_CASE("analyze: stops when asked to") {
  const auto file = music("lake_waltz.wav");
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(analyze({.file = file}, Decoder(), {}, {}, stop.get_token()), aura::Stopped);
}
