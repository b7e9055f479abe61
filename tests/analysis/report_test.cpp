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
  auto& core = report.measured.core;
  auto& rhythm = report.measured.rhythm;
  auto& tonal = report.measured.tonal;
  auto& structure = report.measured.structure;
  core.features.tempo_bpm = 129.19921875;
  rhythm.bpm = 64.6;
  core.features.mfcc_mean[12] = -3.5;
  report.scores = {.hit_factor = 74, .audio = 95, .lyrics = 50, .brand = 75, .market = 70};
  report.recommendations.push_back(
      {"lyrics", "a \"note\"", "medium", "some_rule", {"loudness.true_peak", 1.23456, -1, "dBTP"}});
  core.loudness = {-14.236, std::nullopt, 0.5};
  core.dynamic_complexity_db = 2.346;
  core.duration_s = 19.5;
  tonal = {"F#", "minor", 0.6543, {"A", "major", 0.2}, 431.96};
  structure.sections = {{0, 7.4321, "A"}, {7.4321, 19.5, "B"}};
  report.warnings.emplace_back("two\nlines");
  return report;
}

}  // namespace

TEST_CASE("report: the JSON object has every key that readers rely on, each number finite") {
  const auto object = json::parse(to_json(sample()));
  CHECK(object.at("hit_factor") == 74);
  CHECK(object.at("scores") == json{{"audio", 95}, {"lyrics", 50}, {"brand", 75}, {"market", 70}});
  CHECK(object.at("recommendations") == json::parse(R"([{
    "type": "lyrics", "note": "a \"note\"", "priority": "medium", "id": "some_rule",
    "evidence": {"what": "loudness.true_peak", "value": 1.2346, "limit": -1.0, "unit": "dBTP"}}])"));
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
  for (const auto* part : {"core", "rhythm", "tonal", "structure", "pictures"})
    CHECK(analysis.at("parts").at(part).get<int>() >= 1);
  for (const auto* key : {"release", "commit", "libavcodec"})
    CHECK(!analysis.at(key).get<std::string>().empty());
  CHECK_FALSE(analysis.at("parts").contains("fingerprint"));  // no number of it is there
}

TEST_CASE("report: loudness is in hundredths, and left out where there is none") {
  const auto object = json::parse(to_json(sample()));
  CHECK(object.at("loudness") == json::parse(R"({"integrated": -14.24, "true_peak": 0.5})"));
  CHECK(object.at("dynamics") == json{{"complexity", 2.35}});
}

TEST_CASE("report: the rhythm has its curve, its bars and its metre") {
  auto report = sample();
  auto& rhythm = report.measured.rhythm;
  rhythm.tempo_curve = {"drifts", {{0.5, 100.004}, {4.25, 102}}};
  rhythm.downbeats_s = {0.50004, 2.9};
  rhythm.time_signature = "6/8";
  rhythm.time_signature_confidence = 0.75;
  const auto object = json::parse(to_json(report)).at("rhythm");
  CHECK(object.at("tempo_curve") == json::parse(R"({"kind": "drifts", "points":
      [{"time_s": 0.5, "bpm": 100.0}, {"time_s": 4.25, "bpm": 102.0}]})"));
  CHECK(object.at("downbeats") == json::parse("[0.5, 2.9]"));
  CHECK(object.at("time_signature") == "6/8");
  CHECK(object.at("time_signature_confidence") == 0.75);
  CHECK(to_text(report, "x").find("Metre             6/8, 75 % sure") != std::string::npos);
}

TEST_CASE("report: the key has its codes, the second key and the tuning beside it") {
  CHECK(json::parse(to_json(sample())).at("tonal") == json::parse(R"({
    "key": "F#", "scale": "minor", "confidence": 0.654, "camelot": "11A", "open_key": "4m",
    "second": {"key": "A", "scale": "major", "weight": 0.2, "camelot": "11B", "open_key": "4d"},
    "tuning_hz": 432.0})"));
}

TEST_CASE("report: sections have their times to a hundredth") {
  const auto object = json::parse(to_json(sample()));
  CHECK(object.at("structure") == json::parse(R"([{"start": 0.0, "end": 7.43, "label": "A"},
                                                  {"start": 7.43, "end": 19.5, "label": "B"}])"));
  CHECK(object.at("intro_s") == 0);
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

TEST_CASE("report: the text says how sure tempo and key are, and what else they may be") {
  auto report = sample();
  report.measured.rhythm.confidence = 0.8;
  report.measured.rhythm.alternatives = {{129.2, 0.15}, {32.3, 0.01}};
  auto text = to_text(report, "x");
  CHECK(text.find("Tempo             64.6 BPM, 80 % sure; or 129.2 BPM (15 %)\n") !=
        std::string::npos);
  CHECK(text.find("Key               F# minor, 65 % sure, Camelot 11A, Open Key 4m; or A major "
                  "(20 %, 11B); A = 432.0 Hz\n") != std::string::npos);
  report.measured.rhythm.confidence = 0.49;
  report.measured.tonal.confidence = 0.59;
  text = to_text(report, "x");
  CHECK(text.find("64.6 BPM, uncertain (49 % sure);") != std::string::npos);
  CHECK(text.find("F# minor, uncertain (59 % sure),") != std::string::npos);
}

TEST_CASE("report: the file is described, as far as it is known") {
  auto report = sample();
  CHECK(to_text(report, "x").find("File ") == std::string::npos);
  auto& source = report.measured.source;
  source = {.codec = "mp3",
            .sample_rate_hz = 44'100,
            .channels = 2,
            .bit_rate_bps = 192'000,
            .start_silence_s = 0.12345,
            .correlation = 0.98765};
  CHECK(to_text(report, "x").find("File              mp3, 44100 Hz, stereo, 192 kbit/s\n") !=
        std::string::npos);
  CHECK(json::parse(to_json(report)).at("source") == json::parse(R"({
    "codec": "mp3", "lossless": false, "sample_rate_hz": 44100, "channels": 2, "bit_rate_bps": 192000.0,
    "start_silence_s": 0.123, "end_silence_s": 0.0, "dc_offset": 0.0, "clipped_runs": 0,
    "correlation": 0.988})"));
  source.bits_per_sample = 24;
  source.channels = 6;
  CHECK(to_text(report, "x").find("File              mp3, 44100 Hz, 6 channels, 24 bits\n") !=
        std::string::npos);
}

TEST_CASE("report: similar hits have what the web app reads, and in the report what was measured") {
  auto report = sample();
  CHECK(similar_hits_json(report) == "[]");
  report.similar_hits = {{.song = "A \"song\"",
                          .artist = "B",
                          .year = 1999,
                          .similarity = 0.91249,
                          .spotify_url = "https://s",
                          .image_url = "https://i",
                          .tempo_bpm = 120.04,
                          .key = "F# minor",
                          .loudness_lufs = -9.126},
                         {.song = "C", .artist = "D", .similarity = 1}};
  CHECK(
      similar_hits_json(report) ==
      R"([{"song":"A \"song\"","artist":"B","year":1999,"similarity":0.912,"spotifyUrl":"https://s",)"
      R"("imageUrl":"https://i"},{"song":"C","artist":"D","year":null,"similarity":1.0}])");
  const auto hits = nlohmann::json::parse(to_json(report))["similar_hits"];
  CHECK(hits[0]["tempo_bpm"] == 120.0);
  CHECK(hits[0]["key"] == "F# minor");
  CHECK(hits[0]["loudness_lufs"] == -9.13);
  CHECK(hits[1] ==
        nlohmann::json::parse(R"({"song":"C","artist":"D","year":null,"similarity":1.0})"));
}
