#include "aura/analysis/report.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

using aura::analysis::Report;
using nlohmann::json;

namespace {

Report sample() {
  Report report;
  auto& [core, rhythm, tonal, pictures] = report.measured;
  core.features.tempo_bpm = 129.19921875;
  rhythm.bpm = 64.6;
  core.features.mfcc_mean[12] = -3.5;
  report.scores = {.hit_factor = 74, .audio = 95, .lyrics = 50, .brand = 75, .market = 70};
  report.recommendations.push_back({"lyrics", "a \"note\"", "medium"});
  core.loudness = {-14.236, std::nullopt, 0.5};
  core.dynamic_complexity_db = 2.346;
  core.duration_s = 19.5;
  report.warnings.emplace_back("two\nlines");
  return report;
}

}  // namespace

TEST_CASE("report: the JSON object has every key that readers rely on, each number finite") {
  const auto object = json::parse(to_json(sample()));
  CHECK(object.at("hit_factor") == 74);
  CHECK(object.at("scores") == json{{"audio", 95}, {"lyrics", 50}, {"brand", 75}, {"market", 70}});
  CHECK(object.at("recommendations") ==
        json::parse(R"([{"type": "lyrics", "note": "a \"note\"", "priority": "medium"}])"));
  CHECK(object.at("similar_hits") == json::array());
  CHECK(object.at("model_version") == "AURA-v2.1");
  const auto& features = object.at("features");
  CHECK(features.at("tempo") == 129.19921875);
  CHECK(features.at("mfcc_12_mean") == -3.5);
  for (const std::string name :
       {"spectral_centroid_mean", "spectral_rolloff_mean", "zcr_mean", "rms_mean", "mfcc_0_mean"}) {
    CHECK(features.at(name).is_number());
  }
  CHECK(features.size() == 18);
}

TEST_CASE("report: it says what made its numbers") {
  const auto analysis = json::parse(to_json(sample())).at("analysis");
  CHECK(analysis.size() == 4);
  for (const auto* part : {"core", "rhythm", "tonal", "pictures"})
    CHECK(analysis.at("parts").at(part).get<int>() >= 1);
  for (const auto* key : {"release", "commit", "libavcodec"})
    CHECK(!analysis.at(key).get<std::string>().empty());
}

TEST_CASE("report: loudness is in hundredths, and left out where there is none") {
  const auto object = json::parse(to_json(sample()));
  CHECK(object.at("loudness") == json::parse(R"({"integrated": -14.24, "true_peak": 0.5})"));
  CHECK(object.at("dynamics") == json{{"complexity", 2.35}});
}

TEST_CASE("report: JSON is one line") {
  CHECK(to_json(sample()).find('\n') == std::string::npos);
  CHECK(json::parse(recommendations_json(sample())).size() == 1);
  CHECK(similar_hits_json(sample()) == "[]");
}

TEST_CASE("report: a number that is not finite never gets out") {
  auto report = sample();
  report.measured.core.features.rms_mean = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(to_json(report), std::logic_error);
}

TEST_CASE("report: the text for people names the scores, the tempo and the advice") {
  const auto text = to_text(sample(), "Northbound");
  for (const std::string part :
       {"Northbound\n", "74 of 100", "Tempo             64.6 BPM", "librosa's tempo   129.2 BPM",
        "-14.2 LUFS", "0:20", "lyrics (medium)"}) {
    CHECK(text.find(part) != std::string::npos);
  }
  auto silent = sample();
  silent.measured.core.features.tempo_bpm = silent.measured.rhythm.bpm = 0;
  const auto silent_text = to_text(silent, "x");
  CHECK(silent_text.find("none found") != std::string::npos);
  CHECK(silent_text.find("BPM") == std::string::npos);
}
