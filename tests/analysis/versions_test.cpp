#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "any_measurements.h"
#include "aura/analysis/measure.h"

// The numbers of the sample tracks as the versions of the parts that are stated beside them give
// them. Stored measurements of a version are taken for today's, so a part whose numbers move needs
// a new version. AURA_WRITE_MEASUREMENTS=FILE writes the numbers of this build there.

namespace aura::analysis {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kExpected = AURA_TEST_DATA "/music/measurements.json";
constexpr const char* kTracks[] = {"corner_table.flac", "lake_waltz.wav", "mirror_ball.opus",
                                   "night_train.ogg",   "northbound.mp3", "slow_harbour.m4a"};

/// Every number in `json`, by its place. Rows of bytes in Base64 are too long to be kept: only
/// their length and a mean of the codes are.
void collect(const Json& json, const std::string& place, Json& numbers) {
  if (json.is_structured()) {
    for (const auto& [key, value] : json.items()) collect(value, place + "/" + key, numbers);
  } else if (json.is_number() || json.is_boolean()) {
    numbers[place] = json;
  } else if (const auto text = json.get<std::string>(); text.size() > 100) {
    double sum = 0;
    for (const char code : text) sum += code;
    numbers[place] = {text.size(), sum / static_cast<double>(text.size())};
  } else {
    numbers[place] = text;
  }
}

Json numbers_in(const std::string& part_json) {
  Json numbers = Json::object();
  collect(Json::parse(part_json), "", numbers);
  return numbers;
}

/// Some of the many numbers: each depends on all samples of the patches.
Json numbers_in(const Tags& tags) {
  constexpr std::size_t kEvery = 10;
  Json numbers{{"/patches", tags.patches}};
  for (std::size_t i = 0; i < tags.scores.size(); i += kEvery)
    numbers["/scores/" + std::to_string(i)] = tags.scores[i];
  for (std::size_t i = 0; i < tags.embedding.size(); i += kEvery)
    numbers["/embedding/" + std::to_string(i)] = tags.embedding[i];
  for (const double start_s : tags.taggram.starts_s)
    numbers["/starts_s/" + std::to_string(numbers.size())] = start_s;
  return numbers;
}

Json measured() {
  Json parts;
  for (const auto part : kParts) parts[name_of(part)] = {{"version", version_of(part)}};
  for (const auto* track : kTracks) {
    const auto file = Spool::open(std::string(AURA_TEST_DATA "/music/") + track, 1 << 30);
    auto wanted = wanting_fingerprint();
    wanted.tagger = &any_tagger();
    const auto found = measure_missing(wanted, file, audio::Decoder(), {}).measurements;
    parts["core"][track] = numbers_in(to_json(found.core));
    parts["rhythm"][track] = numbers_in(to_json(found.rhythm));
    parts["tonal"][track] = numbers_in(to_json(found.tonal));
    parts["structure"][track] = numbers_in(to_json(found.structure));
    parts["pictures"][track] = numbers_in(to_json(found.pictures));
    parts["timbre"][track] = numbers_in(to_json(found.timbre));
    parts["spectrum"][track] = numbers_in(to_json(found.spectrum));
    parts["source"][track] = numbers_in(to_json(found.source));
    parts["fingerprint"][track] = numbers_in(to_json(found.fingerprint));
    parts["tags"][track] = numbers_in(*found.tags);
  }
  return parts;
}

/// Instruction sets and compilers round differently: features agree to 1e-5, and what is found in
/// them, beats and spectra, to a thousandth.
bool is_near(const Json& one, const Json& other) {
  if (one.is_array())
    return one.size() == other.size() && one[0] == other[0] && is_near(one[1], other[1]);
  if (!one.is_number()) return one == other;
  const auto a = one.get<double>();
  return other.is_number() && other.get<double>() == Approx(a).epsilon(1e-3).margin(1e-3);
}

}  // namespace

TEST_CASE("versions: no number of the sample tracks moves while its part's version stays") {
  const auto now = measured();
  if (const char* path = std::getenv("AURA_WRITE_MEASUREMENTS"); path != nullptr)
    std::ofstream(path) << now.dump(1) << "\n";
  std::ifstream file(kExpected);
  REQUIRE(file);
  const auto expected = Json::parse(file);
  for (const auto part : kParts) {
    const std::string name(name_of(part));
    INFO("part " << name << ": if its numbers moved on purpose, raise version_of() and write "
                 << kExpected << " anew with AURA_WRITE_MEASUREMENTS");
    CHECK(expected.at(name).at("version") == version_of(part));
    for (const auto* track : kTracks) {
      const auto& want = expected.at(name).at(track);
      const auto& got = now.at(name).at(track);
      CHECK(got.size() == want.size());
      for (const auto& [place, value] : want.items()) {
        CAPTURE(track, place);
        REQUIRE(got.contains(place));
        CAPTURE(value.dump(), got.at(place).dump());
        CHECK(is_near(value, got.at(place)));
      }
    }
  }
}

}  // namespace aura::analysis
