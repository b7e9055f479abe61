#include <array>
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "beat_weights.h"
#include "key_profiles.h"
#include "metre_weights.h"
#include "metrical_weights.h"

namespace aura::dsp {
namespace {

struct Row {
  std::string name;
  std::vector<double> numbers;
};

/// The rows of a file of weights: what comes after its sha256 line.
std::vector<Row> rows_of(const std::string& file) {
  std::ifstream lines(AURA_WEIGHTS "/" + file);
  REQUIRE(lines);
  std::vector<Row> rows;
  bool is_row = false;
  for (std::string line; std::getline(lines, line);) {
    if (is_row) {
      std::istringstream words(line);
      auto& row = rows.emplace_back();
      words >> row.name;
      // Correctly rounded, as a literal is; what operator>> reads need not be.
      for (std::string word; words >> word;) row.numbers.push_back(std::stod(word));
    }
    is_row = is_row || line.starts_with("sha256 ");
  }
  return rows;
}

std::vector<double> joined(const auto& weights, std::initializer_list<double> others) {
  std::vector<double> all(weights.begin(), weights.end());
  all.insert(all.end(), others);
  return all;
}

// Other weights move measurements: raise the version of their part (see version_of()) with these.
TEST_CASE("weights: are those that the versions of the parts stand for") {
  CHECK(kMetricalVersion == 2);
  CHECK(kMetricalSha256 == "ebe12cae93c28846865c1d5e1a7b2e9293a51e93317558a60b89740ceb5223b0");
  CHECK(kLevelUnits.size() == 56);
  CHECK(kBeatsVersion == 2);
  CHECK(kBeatsSha256 == "398988e78467b786c967044990755abb9e0bf149ad034cc21bcdf56931d8a458");
  CHECK(kMetreVersion == 2);
  CHECK(kMetreSha256 == "4c5b0280f8590e94e25a9dba0fa59897b9bc5f31bcbf86f6fdbd919e05a07176");
  CHECK(kKeyVersion == 3);
  CHECK(kKeySha256 == "540c3be5dd4869f7d243b145e8df9a21f5ac4321a02d1bfb6eefd758f4176e58");
}

TEST_CASE("weights: the metre's and the tempo's have every number of their file") {
  const auto rows = rows_of("metrical_levels.weights");
  REQUIRE(rows.size() == kLevelUnits.size() + kMetreWeights.size());
  for (std::size_t i = 0; i < kLevelUnits.size(); ++i) {
    INFO(i);
    CHECK(rows[i].name == "level");
    CHECK(rows[i].numbers ==
          joined(kLevelUnits[i].weights, {kLevelUnits[i].bias, kLevelUnits[i].out}));
  }
  const std::array names{"simple", "three", "compound"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    CHECK(rows[kLevelUnits.size() + i].name == names[i]);
    CHECK(rows[kLevelUnits.size() + i].numbers == joined(kMetreWeights[i], {}));
  }
}

TEST_CASE("weights: the beats' have every number of their file") {
  const auto rows = rows_of("beats.weights");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].name == "strength");
  CHECK(rows[0].numbers == joined(kBeatWeights, {kBeatBias}));
  CHECK(rows[1].name == "late");
  CHECK(rows[1].numbers == joined(kLateWeights, {kLateBias}));
  CHECK(rows[2].name == "downbeat");
  CHECK(rows[2].numbers == joined(kDownbeatWeights, {}));
}

TEST_CASE("weights: the bars' have every number of their file") {
  const auto rows = rows_of("metre.weights");
  const std::array names{"simple", "three", "compound", "five", "seven"};
  REQUIRE(rows.size() == names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    CHECK(rows[i].name == names[i]);
    CHECK(rows[i].numbers == joined(kMetreRows[i], {}));
  }
}

TEST_CASE("weights: the key's have every number of their file") {
  const auto rows = rows_of("key_profiles.weights");
  std::vector<std::pair<std::string, Chroma>> parts;
  for (const auto& [scale, profile] :
       {std::pair("major_", kMajorProfile), {"minor_", kMinorProfile}}) {
    const std::string name = scale;
    parts.emplace_back(name + "notes", profile.notes);
    parts.emplace_back(name + "major_chords", profile.major_chords);
    parts.emplace_back(name + "minor_chords", profile.minor_chords);
    parts.emplace_back(name + "majors_before", profile.majors_before);
    parts.emplace_back(name + "minors_before", profile.minors_before);
    parts.emplace_back(name + "majors_after", profile.majors_after);
    parts.emplace_back(name + "minors_after", profile.minors_after);
  }
  REQUIRE(rows.size() == parts.size() + 1);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    CHECK(rows[i].name == parts[i].first);
    CHECK(rows[i].numbers == joined(parts[i].second, {}));
  }
  CHECK(rows.back().name == "minor_bias");
  CHECK(rows.back().numbers == std::vector<double>{kMinorBias});
}

}  // namespace
}  // namespace aura::dsp
