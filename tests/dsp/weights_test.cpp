#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "key_profiles.h"
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
  CHECK(kMetricalVersion == 1);
  CHECK(kMetricalSha256 == "ef58367b0242b5f6792cc0479b218fd0d040c99b3027f36c30f31ed96acb5493");
  CHECK(kLevelUnits.size() == 48);
  CHECK(kKeyVersion == 1);
  CHECK(kKeySha256 == "06b3db13dfae2d6f939013e50cee1b35e706d95bb5cd3fab3cc76a154f36d106");
}

TEST_CASE("weights: the metre's and the tempo's have every number of their file") {
  const auto rows = rows_of("metrical_levels.weights");
  REQUIRE(rows.size() == kLevelUnits.size() + 1);
  for (std::size_t i = 0; i < kLevelUnits.size(); ++i) {
    INFO(i);
    CHECK(rows[i].name == "level");
    CHECK(rows[i].numbers ==
          joined(kLevelUnits[i].weights, {kLevelUnits[i].bias, kLevelUnits[i].out}));
  }
  CHECK(rows.back().name == "three");
  CHECK(rows.back().numbers == joined(kThreeWeights, {kThreeBias}));
}

TEST_CASE("weights: the key's have every number of their file") {
  const auto rows = rows_of("key_profiles.weights");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].name == "major");
  CHECK(rows[0].numbers == joined(kMajorProfile, {}));
  CHECK(rows[1].name == "minor");
  CHECK(rows[1].numbers == joined(kMinorProfile, {kMinorBias}));
}

}  // namespace
}  // namespace aura::dsp
