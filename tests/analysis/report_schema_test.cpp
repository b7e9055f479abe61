#include "aura/analysis/report_schema.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>
#include <utility>

#include "any_measurements.h"
#include "aura/analysis/judge.h"
#include "aura/test/json_schema.h"

namespace aura::analysis {
namespace {

using Json = nlohmann::json;
using test::SchemaCheck;

Json schema() {
  return Json::parse(report_schema());
}

/// A report with every key that there can be.
Json whole_report(Random& random) {
  auto measured = any_printable(random);  // more than measure() finds: any words, any amounts
  measured.core.danceability = 1.5;
  measured.core.loudness = {-14, 7.5, -1};
  measured.rhythm.tempo_curve.kind = "drifts";
  measured.rhythm.time_signature = "6/8";
  measured.tonal.key = "F#";
  measured.tonal.scale = "minor";
  measured.tonal.second.key = "A";
  measured.tonal.second.scale = "major";
  measured.tags->scores.fill(0.5F);
  auto report = judge(std::move(measured), {});
  report.recommendations.push_back({"mixing", "note", "low"});
  report.similar_hits = {{.song = "S",
                          .artist = "A",
                          .year = 2000,
                          .similarity = 0.9,
                          .spotify_url = "https://s",
                          .image_url = "https://i",
                          .tempo_bpm = 120,
                          .key = "C major",
                          .loudness_lufs = -9},
                         {.song = "T", .artist = "A", .similarity = 0.7}};
  auto& reference = report.reference.emplace();
  reference.similarity = 0.5;
  reference.tempo_bpm = 100;
  reference.tempo_percent = 2;
  reference.key = "C";
  reference.scale = "major";
  reference.loudness_lufs = -10;
  reference.loudness_lu = 1;
  reference.spectrum = {{31.25, -1}};
  report.file_tags = {.title = "T",
                      .artist = "A",
                      .album = "L",
                      .genre = "G",
                      .isrc = "USRC17607839",
                      .year = 1999};
  return Json::parse(to_json(report));
}

}  // namespace

TEST_CASE("report schema: any report is as the schema has it, and the schema knows its keys") {
  Random random(1);
  for (int i = 0; i < 200; ++i) {
    const auto report = whole_report(random);
    const SchemaCheck check(report, schema());
    REQUIRE(check.violations() == "");
    // Keys that a newer module adds may come before the schema tells them.
    for (const auto& key : check.undescribed()) {
      INFO(key);
      CHECK(!key.starts_with("/features/"));
      CHECK(!key.starts_with("/rhythm/"));
      CHECK(!key.starts_with("/scores/"));
      CHECK(!key.starts_with("/loudness/"));
      CHECK(!key.starts_with("/reference/"));
      CHECK(!key.starts_with("/file_tags"));
      CHECK(!key.starts_with("/similar_hits/"));
      CHECK(!key.starts_with("/analysis/"));
      CHECK(!key.starts_with("/tags/"));
      CHECK(!key.starts_with("/vocals/"));
    }
  }
}

TEST_CASE("report schema: every key that the contract names is required") {
  const auto known = schema();
  const auto required_of = [](const Json& object) {
    return object.at("required").get<std::set<std::string>>();
  };
  for (const auto* key :
       {"hit_factor", "scores", "recommendations", "similar_hits", "model_version", "features"})
    CHECK(required_of(known).contains(key));
  const auto features = required_of(known["properties"]["features"]);
  CHECK(features.size() == 18);
  for (const auto* key : {"tempo", "spectral_centroid_mean", "spectral_rolloff_mean", "zcr_mean",
                          "mfcc_0_mean", "mfcc_12_mean", "rms_mean"})
    CHECK(features.contains(key));
  CHECK(required_of(known["properties"]["scores"]) ==
        std::set<std::string>{"audio", "brand", "lyrics", "market"});
  CHECK(
      std::regex_match(known["$id"].get<std::string>(), std::regex(R"(urn:aura:report:\d+\.\d+)")));
}

TEST_CASE("report schema: a report that breaks it is told where") {
  Random random(2);
  const auto good = whole_report(random);
  const auto violations_with = [&](const std::string& place, const Json& value) {
    auto report = good;
    report[Json::json_pointer(place)] = value;
    return SchemaCheck(report, schema()).violations();
  };
  CHECK(violations_with("/new_key", 1).empty());
  CHECK(violations_with("/similar_hits/0/year", nullptr).empty());
  for (const auto& [place, value] : {std::pair<std::string, Json>{"/hit_factor", 101},
                                     {"/hit_factor", 50.5},
                                     {"/hit_factor", "50"},
                                     {"/scores/audio", -1},
                                     {"/features/tempo", nullptr},
                                     {"/recommendations/0/priority", "urgent"},
                                     {"/tonal/key", "H"},
                                     {"/rhythm/beats", Json::object()},
                                     {"/rhythm/confidence", 1.1},
                                     {"/tags/patches", 0},
                                     {"/vocals/voice", 1},
                                     {"/similar_hits/0/year", "2000"}}) {
    CAPTURE(place, value.dump());
    CHECK(violations_with(place, value).find(place.substr(0, place.find("/0"))) == 0);
  }
  auto report = good;
  report["features"].erase("mfcc_12_mean");
  CHECK(SchemaCheck(report, schema()).violations() == "/features: lacks \"mfcc_12_mean\"\n");
}

}  // namespace aura::analysis
