#include "aura/analysis/reference.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "any_measurements.h"
#include "aura/analysis/judge.h"
#include "aura/analysis/report.h"

namespace aura::analysis {
namespace {

using Json = nlohmann::json;

const Space kSpace = shipped_space();

/// A track with a tempo, a key, a loudness and a spectrum.
Measurements track(double bpm, const char* key, double lufs, double low_db) {
  Measurements measured;
  measured.rhythm.bpm = bpm;
  measured.tonal.key = key;
  measured.tonal.scale = "minor";
  measured.core.loudness.integrated_lufs = lufs;
  measured.spectrum = Spectrum::silence();
  measured.spectrum.octaves_db[1] = low_db;
  measured.spectrum.octaves_db[5] = -3;
  return measured;
}

}  // namespace

TEST_CASE("reference: a track beside itself is alike and differs in nothing") {
  Random random{1};
  const auto any = any_printable(random);
  CHECK(compare(any, any, kSpace).similarity == 1);
  const auto one = track(120, "A", -9, -5);
  const auto same = compare(one, one, kSpace);
  CHECK(same.tempo_percent == 0);
  CHECK(same.loudness_lu == 0);
  REQUIRE(same.spectrum.size() == kOctaves);
  for (const auto& octave : same.spectrum) CHECK(octave.difference_db == 0);
}

TEST_CASE("reference: differences are the track's, less the reference's") {
  auto other = track(100, "F#", -12, -8);
  other.timbre.values[3] = 1e6F;
  const auto found = compare(track(90, "A", -9, -5), other, kSpace);
  CHECK(found.similarity < 1);
  CHECK(found.tempo_bpm == 100);
  CHECK(*found.tempo_percent == Approx(-10));
  CHECK(found.key == "F#");
  CHECK(found.loudness_lufs == -12);
  CHECK(*found.loudness_lu == Approx(3));
  REQUIRE(found.spectrum.size() == kOctaves);
  CHECK(found.spectrum[1].centre_hz == 62.5);
  CHECK(found.spectrum[1].difference_db == Approx(3));
  CHECK(found.spectrum[5].difference_db == 0);
}

TEST_CASE("reference: what either track lacks is left out, of the report too") {
  Measurements silent;
  silent.spectrum = Spectrum::silence();
  const auto one = track(120, "A", -9, -5);
  Report report = judge(one, {});
  CHECK(!Json::parse(to_json(report)).contains("reference"));
  report.reference = compare(one, silent, kSpace);
  auto json = Json::parse(to_json(report))["reference"];
  CHECK(json.size() == 2);
  CHECK(json.contains("similarity"));
  CHECK(json["spectrum"].empty());
  report.reference = compare(silent, one, kSpace);
  json = Json::parse(to_json(report))["reference"];
  CHECK(json["tempo"] == Json{{"bpm", 120}});
  CHECK(json["key"] == Json{{"key", "A"}, {"scale", "minor"}, {"camelot", "8A"}});
  CHECK(json["loudness"] == Json{{"integrated", -9}});
  CHECK(json["spectrum"].empty());
}

}  // namespace aura::analysis
