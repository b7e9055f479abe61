#include "aura/analysis/measurements.h"

#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "any_measurements.h"
#include "aura/analysis/judge.h"
#include "aura/analysis/measure.h"
#include "aura/base/text.h"

namespace aura::analysis {
namespace {

template <typename MeasuredPart>
void check_round_trip(const MeasuredPart& part) {
  const auto json = to_json(part);
  CHECK(json.find('\n') == std::string::npos);
  const bool is_same = from_json<MeasuredPart>(json) == part;  // not to be printed
  CHECK(is_same);
}

/// Each line of what can be done to `json`: a key left out, a value of another kind, far too much.
template <typename MeasuredPart>
void check_refusals(const MeasuredPart& part) {
  const auto whole = nlohmann::json::parse(to_json(part));
  const auto refused = [](const nlohmann::json& json) {
    INFO(json.dump().substr(0, 300));
    CHECK_THROWS_AS(from_json<MeasuredPart>(json.dump()), BadMeasurement);
  };
  for (const auto& [key, value] : whole.items()) {
    auto without = whole;
    without.erase(key);
    refused(without);
    for (const auto& other :
         {nlohmann::json(nullptr), nlohmann::json(true), nlohmann::json::array({nullptr})}) {
      auto changed = whole;
      changed[key] = other;
      refused(changed);
    }
  }
  const auto text = to_json(part);
  for (std::size_t size = 0; size < text.size(); size += 1 + text.size() / 200)
    CHECK_THROWS_AS(from_json<MeasuredPart>(text.substr(0, size)), BadMeasurement);
}

/// The scores of so many columns of a taggram, in Base64.
std::string tags_text(std::size_t columns) {
  return base64(std::vector<std::byte>(columns * models::Tagger::kTags));
}

}  // namespace

TEST_CASE("measurements: each part comes back from its JSON as it was, to the last digit") {
  Random random(1);
  for (int i = 0; i < 100; ++i) {
    const auto measured = any_measurements(random);
    check_round_trip(measured.core);
    check_round_trip(measured.rhythm);
    check_round_trip(measured.tonal);
    check_round_trip(measured.structure);
    check_round_trip(measured.pictures);
    check_round_trip(measured.timbre);
    check_round_trip(measured.spectrum);
    check_round_trip(measured.source);
    check_round_trip(measured.fingerprint);
    check_round_trip(*measured.tags);
  }
}

TEST_CASE("measurements: those of a track come back too, and give the same report") {
  const auto file = Spool::open(AURA_TEST_DATA "/music/lake_waltz.wav", 1 << 30);
  const auto measured = measure(file, audio::Decoder(), {}).measurements;
  check_round_trip(measured.pictures);
  check_round_trip(measured.timbre);
  check_round_trip(measured.source);
  const Measurements stored{from_json<Core>(to_json(measured.core)),
                            from_json<Rhythm>(to_json(measured.rhythm)),
                            from_json<Tonal>(to_json(measured.tonal)),
                            from_json<Structure>(to_json(measured.structure)),
                            from_json<Pictures>(to_json(measured.pictures)),
                            from_json<Timbre>(to_json(measured.timbre)),
                            from_json<Spectrum>(to_json(measured.spectrum)),
                            from_json<audio::Source>(to_json(measured.source)),
                            from_json<Fingerprint>(to_json(measured.fingerprint)),
                            {}};
  const Lyrics lyrics{"la la la"};
  CHECK(to_json(judge(stored, lyrics)) == to_json(judge(measured, lyrics)));
}

TEST_CASE("measurements: JSON that isn't a part's is refused, whatever it is") {
  Random random(2);
  const auto measured = any_measurements(random);
  check_refusals(measured.core);
  check_refusals(measured.rhythm);
  check_refusals(measured.tonal);
  check_refusals(measured.structure);
  check_refusals(measured.pictures);
  check_refusals(measured.timbre);
  check_refusals(measured.spectrum);
  check_refusals(measured.source);
  check_refusals(measured.fingerprint);
  check_refusals(*measured.tags);
  for (const auto* other : {"", "1", "[]", "null", "{}", "{\"features\":", "\xFF"})
    CHECK_THROWS_AS(from_json<Core>(other), BadMeasurement);
}

TEST_CASE("measurements: hostile JSON takes neither the stack nor long") {
  const std::size_t levels = 400'000;
  const auto nested = "{\"features\":" + std::string(levels, '[') + std::string(levels, ']') + "}";
  CHECK_THROWS_AS(from_json<Core>(nested), BadMeasurement);
  std::string keys = "{\"\\\"[\":0";
  for (int i = 0; i < 60'000; ++i) keys += ",\"" + std::to_string(i) + "\":0";
  CHECK_THROWS_AS(from_json<Core>(keys + "}"), BadMeasurement);  // half a minute if quadratic
}

TEST_CASE("measurements: values out of range are refused") {
  Random random(3);
  const auto measured = any_measurements(random);
  const auto changed = [](const auto& part, const char* pointer, const nlohmann::json& value) {
    auto json = nlohmann::json::parse(to_json(part));
    json[nlohmann::json::json_pointer(pointer)] = value;
    return json.dump();
  };
  const auto& [core, rhythm, tonal, structure, pictures, timbre, spectrum, source, fingerprint,
               tags] = measured;
  CHECK_THROWS_AS(from_json<Core>(changed(core, "/duration_s", -1)), BadMeasurement);
  CHECK_THROWS_AS(from_json<Core>(changed(core, "/features/zcr_mean", 2)), BadMeasurement);
  CHECK_THROWS_AS(from_json<Core>(changed(core, "/features/mfcc_mean", {1, 2})), BadMeasurement);
  CHECK_THROWS_AS(from_json<Rhythm>(changed(rhythm, "/confidence", 1.5)), BadMeasurement);
  CHECK_THROWS_AS(from_json<Tonal>(changed(tonal, "/second/weight", 1.5)), BadMeasurement);
  CHECK_THROWS_AS(from_json<Tonal>(changed(tonal, "/second/key", 1)), BadMeasurement);
  CHECK_THROWS_AS(from_json<Structure>(changed(structure, "/intro_s", -1)), BadMeasurement);
  CHECK_THROWS_AS(from_json<Timbre>(changed(timbre, "/values/63", 1e39)), BadMeasurement);
  CHECK_THROWS_AS(from_json<Timbre>(changed(timbre, "/values", std::vector(65, 0.5))),
                  BadMeasurement);
  CHECK_THROWS_AS(from_json<Timbre>(changed(timbre, "/values", std::vector(63, 0.5))),
                  BadMeasurement);
  CHECK_THROWS_AS(from_json<Spectrum>(changed(spectrum, "/octaves_db", std::vector(8, -1))),
                  BadMeasurement);
  const nlohmann::json section{{"start_s", 1}, {"end_s", 2}, {"label", "A"}};
  CHECK_NOTHROW(
      from_json<Structure>(changed(structure, "/sections", nlohmann::json::array({section}))));
  CHECK_THROWS_AS(
      from_json<Structure>(
          changed(structure, "/sections", std::vector<nlohmann::json>(kMaxSections + 1, section))),
      BadMeasurement);
  for (const auto* key : {"start_s", "end_s", "label"}) {
    auto without = section;
    without.erase(key);
    CHECK_THROWS_AS(
        from_json<Structure>(changed(structure, "/sections", nlohmann::json::array({without}))),
        BadMeasurement);
  }
  CHECK_THROWS_AS(
      from_json<Rhythm>(changed(rhythm, "/beats_s", std::vector<double>(kMaxBeats + 1))),
      BadMeasurement);
  CHECK_THROWS_AS(from_json<Rhythm>(changed(rhythm, "/beats_s", {-0.1})), BadMeasurement);
  CHECK_THROWS_AS(
      from_json<Rhythm>(changed(rhythm, "/downbeats_s", std::vector<double>(kMaxDownbeats + 1))),
      BadMeasurement);
  CHECK_THROWS_AS(from_json<Rhythm>(changed(rhythm, "/time_signature_confidence", 1.1)),
                  BadMeasurement);
  const nlohmann::json point{{"at_s", 1}, {"bpm", 60}};
  CHECK_THROWS_AS(
      from_json<Rhythm>(changed(rhythm, "/tempo_curve/points",
                                std::vector<nlohmann::json>(kMaxTempoPoints + 1, point))),
      BadMeasurement);
  CHECK_THROWS_AS(from_json<Rhythm>(changed(rhythm, "/tempo_curve/points/0", {{"at_s", 1}})),
                  BadMeasurement);
  CHECK_THROWS_AS(from_json<Rhythm>(changed(rhythm, "/tempo_curve", "steady")), BadMeasurement);
  CHECK_THROWS_AS(
      from_json<Pictures>(changed(pictures, "/tempo", {{"bpm", {60}}, {"strength", {1.1}}})),
      BadMeasurement);
  CHECK_THROWS_AS(from_json<Pictures>(changed(pictures, "/onset/data", "?")), BadMeasurement);
  CHECK_THROWS_AS(from_json<Pictures>(changed(pictures, "/spectrogram/data", "AAAA")),
                  BadMeasurement);
  CHECK_THROWS_AS(from_json<Pictures>(changed(pictures, "/waveform/max", std::string(4000, 'A'))),
                  BadMeasurement);
  for (const auto& [place, value] : std::vector<std::pair<const char*, nlohmann::json>>{
           {"/scores/99", 1.01},
           {"/scores", std::vector(101, 0.5)},
           {"/embedding/0", 1e39},
           {"/embedding", std::vector(399, 0.5)},
           {"/patches", -1},
           {"/patches", 1.5},
           {"/patches_wanted", 1e9},
           {"/model", std::string(101, 'm')},
           {"/taggram/starts_s", std::vector(Taggram::kMostColumns + 1, 1.0)},
           {"/taggram", {{"starts_s", {2, 1}}, {"scores", nlohmann::json(tags_text(2))}}},
           {"/taggram", {{"starts_s", {-1, 1}}, {"scores", nlohmann::json(tags_text(2))}}},
           {"/taggram", {{"starts_s", {1, 2}}, {"scores", nlohmann::json(tags_text(3))}}},
           {"/taggram/scores", "?"}}) {
    CAPTURE(place, value.dump());
    CHECK_THROWS_AS(from_json<Tags>(changed(*tags, place, value)), BadMeasurement);
  }
  CHECK_NOTHROW(from_json<Tags>(
      changed(*tags, "/taggram", {{"starts_s", {1, 2}}, {"scores", tags_text(2)}})));
  for (const auto* items : {"?", "AAA=", "AAAAAAA="})  // no Base64, two bytes, five
    CHECK_THROWS_AS(from_json<Fingerprint>(changed(fingerprint, "/items", items)), BadMeasurement);
  const std::string three_items = "AAAAAAAAAAAAAAAA";
  std::string most;
  while (most.size() < kMaxFingerprintItems / 3 * three_items.size()) most += three_items;
  CHECK_NOTHROW(from_json<Fingerprint>(changed(fingerprint, "/items", most)));
  CHECK_THROWS_AS(from_json<Fingerprint>(changed(fingerprint, "/items", most + three_items)),
                  BadMeasurement);
}

TEST_CASE("measurements: a number that is not finite never gets out") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Measurements measured;
  measured.core.features.mfcc_mean[3] = nan;
  measured.rhythm.beats_s = {nan};
  measured.tonal.tuning_hz = nan;
  measured.structure.sections.push_back({0, nan, "A"});
  measured.pictures.mfcc_scale[2] = nan;
  measured.timbre.values[63] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(to_json(measured.core), std::logic_error);
  CHECK_THROWS_AS(to_json(measured.rhythm), std::logic_error);
  CHECK_THROWS_AS(to_json(measured.tonal), std::logic_error);
  CHECK_THROWS_AS(to_json(measured.structure), std::logic_error);
  CHECK_THROWS_AS(to_json(measured.pictures), std::logic_error);
  CHECK_THROWS_AS(to_json(measured.timbre), std::logic_error);
  measured.spectrum.octaves_db[3] = nan;
  CHECK_THROWS_AS(to_json(measured.spectrum), std::logic_error);
  measured.tags.emplace().embedding[7] = std::numeric_limits<float>::infinity();
  CHECK_THROWS_AS(to_json(*measured.tags), std::logic_error);
}

}  // namespace aura::analysis
