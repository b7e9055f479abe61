#include "aura/analysis/spotify_features.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "any_measurements.h"
#include "aura/analysis/judge.h"

namespace aura::analysis {
namespace {

using Json = nlohmann::json;

Json features_of(const std::string& report, Missing missing = Missing::kNull) {
  return Json::parse(spotify_features(report, missing));
}

constexpr const char* kReport = R"({
  "rhythm": {"bpm": 127.5, "time_signature": "3/4"}, "tonal": {"key": "Eb", "scale": "minor"},
  "loudness": {"integrated": -9.25}, "danceability": 1.5, "duration_s": 180.1236,
  "features": {"tempo": 63.8}})";

}  // namespace

TEST_CASE("spotify features: what a report tells is told, everything else is null") {
  CHECK(features_of(kReport) == Json::parse(R"({
    "danceability": 0.5, "energy": null, "key": 3, "loudness": -9.25, "mode": 0,
    "speechiness": null, "acousticness": null, "instrumentalness": null, "liveness": null,
    "valence": null, "tempo": 127.5, "duration_ms": 180124, "time_signature": 3, "id": null,
    "uri": null, "track_href": null, "analysis_url": null, "type": "audio_features"})"));
}

TEST_CASE("spotify features: kOmit leaves out what is null, and nothing else") {
  auto all = features_of(kReport);
  for (auto value = all.begin(); value != all.end();)
    value = value->is_null() ? all.erase(value) : std::next(value);
  CHECK(all.size() == 8);
  CHECK(features_of(kReport, Missing::kOmit) == all);
}

TEST_CASE("spotify features: keys are pitch classes, and -1 where none was found") {
  int pitch_class = 0;
  for (const std::string key : {"C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"}) {
    const auto found = features_of(R"({"tonal": {"key": ")" + key + R"(", "scale": "major"}})");
    CHECK(found["key"] == pitch_class++);
    CHECK(found["mode"] == 1);
  }
  const auto none = features_of(R"({"tonal": {"key": "", "scale": ""}})");
  CHECK(none["key"] == -1);
  CHECK(none["mode"].is_null());
}

TEST_CASE("spotify features: a metre outside of Spotify's range is missing") {
  const auto metre = [](const std::string& name) {
    return features_of(R"({"rhythm": {"time_signature": ")" + name + R"("}})")["time_signature"];
  };
  CHECK(metre("4/4") == 4);
  CHECK(metre("5/4") == 5);
  CHECK(metre("6/8") == 6);
  CHECK(metre("7/8") == 7);
  for (const auto* name : {"2/4", "9/8", "12/8", "unclear", ""}) CHECK(metre(name).is_null());
}

TEST_CASE(
    "spotify features: no tempo is missing; librosa's stands in for reports that have no other") {
  CHECK(features_of(R"({"rhythm": {"bpm": 0}, "features": {"tempo": 120}})")["tempo"].is_null());
  CHECK(features_of(R"({"features": {"tempo": 120}})")["tempo"] == 120);
  CHECK(features_of(R"({"features": {"tempo": 0}})")["tempo"].is_null());
  CHECK(features_of(R"({"danceability": 0})")["danceability"].is_null());
}

TEST_CASE("spotify features: what is no report tells nothing") {
  for (const std::string text :
       {"", "{", "[]", "null", "7", R"({"rhythm": 7, "tonal": [], "loudness": null})",
        R"({"rhythm": {"bpm": "fast"}, "duration_s": -1, "danceability": 1e300})",
        R"({"rhythm": {"bpm": 1e999}})"}) {
    CAPTURE(text);
    CHECK(features_of(text, Missing::kOmit) == Json{{"type", "audio_features"}});
  }
}

TEST_CASE("spotify features: any report of AURA's gives values of Spotify's ranges") {
  Random random(3);
  for (int i = 0; i < 100; ++i) {
    const auto found = features_of(to_json(judge(any_printable(random), {})));
    CHECK(found.size() == 18);
    if (!found["danceability"].is_null()) CHECK(found["danceability"] <= 1);
    CHECK(found["key"] >= -1);
    CHECK(found["key"] <= 11);
    CHECK(found["duration_ms"].is_number_integer());
  }
}

}  // namespace aura::analysis
