#include "aura/analysis/space.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "aura/analysis/measurements.h"

namespace aura::analysis {
namespace {

nlohmann::json reference() {
  return nlohmann::json::parse(std::ifstream(AURA_TEST_DATA "/space/reference.json"));
}

std::vector<std::vector<float>> random_rows(std::size_t count, std::size_t size) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  std::vector<std::vector<float>> rows(count, std::vector<float>(size));
  for (auto& row : rows)
    for (std::size_t i = 0; i < size; ++i)
      row[i] = static_cast<float>(i) + normal(random) * static_cast<float>(i + 1);
  return rows;
}

const std::string kSmall = "aura-space timbre 1 2 2\n1 2\n0.5 3\n0 0\n1 -4\n";

}  // namespace

TEST_CASE("space: places, crowds and similarities are numpy's") {
  const auto json = reference();
  const auto space = Space::read(json["space"].get<std::string>());
  CHECK(space.kind() == "timbre");
  CHECK(space.version() == 3);
  CHECK(space.size() == 12);
  std::vector<std::vector<float>> placed;
  std::vector<Crowd> crowds;
  for (std::size_t i = 0; i < json["raw"].size(); ++i) {
    placed.push_back(space.place(json["raw"][i].get<std::vector<float>>()));
    CHECK(placed[i] == json["placed"][i].get<std::vector<float>>());  // the same operations
    crowds.push_back(space.crowd(placed[i]));
    // Sums of doubles in another order, and a variance by another formula.
    CHECK(crowds[i].mean == Approx(json["crowds"][i][0].get<double>()).epsilon(1e-13));
    CHECK(crowds[i].deviation == Approx(json["crowds"][i][1].get<double>()).epsilon(1e-11));
  }
  for (std::size_t i = 0; i < placed.size(); ++i) {
    for (std::size_t j = 0; j < placed.size(); ++j) {
      const double d = distance(placed[i], placed[j]);
      CHECK(d == Approx(json["distances"][i][j].get<double>()).epsilon(1e-13).margin(1e-13));
      CHECK(Space::similarity(d, crowds[i], crowds[j]) ==
            Approx(json["similarities"][i][j].get<double>()).margin(1e-10));
    }
  }
}

TEST_CASE("space: neither a tiny nor a certain probability rounds away") {
  const auto json = reference();
  for (const auto& tail : json["log_tails"]) {
    INFO(tail.dump());
    CHECK(log_normal_tail(tail[0].get<double>()) ==
          Approx(tail[1].get<double>()).epsilon(1e-12).margin(0));
  }
  for (const auto& c : json["extremes"]) {
    INFO(c.dump());
    const auto similarity = Space::similarity(c[0], {c[1], c[2]}, {c[3], c[4]});
    CHECK(similarity == Approx(c[5].get<double>()).epsilon(1e-10));
    CHECK(similarity >= 0);
    CHECK(similarity <= 1);
  }
  // Where erfc() rounds to 0, a nearer pair still ranks first.
  CHECK(log_normal_tail(-60) < log_normal_tail(-59));
}

TEST_CASE("space: the scale says how many random tracks are as near") {
  // A normal variable is below -3.719 with 1 in 10,000, below -2.326 with 1 in 100.
  const Crowd crowd{.mean = 10, .deviation = 1};
  const Crowd far{.mean = 1000, .deviation = 1};
  CHECK(Space::similarity(10 - 3.719016485455709, crowd, far) == Approx(0.9));
  CHECK(Space::similarity(10 - 2.326347874040841, crowd, far) == Approx(1 - std::pow(0.01, 0.25)));
  // The nearest 1 % of both: 1.99 % are nearer to one of them.
  CHECK(Space::similarity(10 - 2.326347874040841, crowd, crowd) ==
        Approx(1 - std::pow(0.0199, 0.25)));
  CHECK(Space::similarity(10, crowd, crowd) == Approx(1 - std::pow(0.75, 0.25)));
  CHECK(Space::similarity(9, crowd, {.mean = 12, .deviation = 2}) ==
        Space::similarity(9, {.mean = 12, .deviation = 2}, crowd));
}

TEST_CASE("space: what is written is read again, to the last digit") {
  const auto rows = random_rows(600, 5);
  const auto space = Space::fit("timbre", 4, rows);
  CHECK(Space::read(space.write()) == space);
  CHECK(Space::read(kSmall).write() == kSmall);
}

TEST_CASE("space: a fitted space has mean 0 and deviation 1, and anchors of its rows") {
  auto rows = random_rows(1000, 5);
  for (auto& row : rows) row[3] = 0.1F;  // constant
  const auto space = Space::fit("timbre", 4, rows);
  CHECK(space.kind() == "timbre");
  CHECK(space.version() == 4);
  CHECK(Space::fit("timbre", 4, rows) == space);
  for (std::size_t i = 0; i < 5; ++i) {
    double sum = 0;
    double squares = 0;
    for (const auto& row : rows) {
      const auto value = static_cast<double>(space.place(row)[i]);
      sum += value;
      squares += value * value;
    }
    // Single precision, and the few values beyond four deviations.
    CHECK(sum / 1000 == Approx(0).margin(1e-3));
    CHECK(squares / 1000 == Approx(i == 3 ? 0 : 1).margin(2e-3));
  }
  // A row that is an anchor does not count in its own crowd: else its mean would be 1 % less.
  const auto anchor = space.place(rows[10]);
  auto beside = anchor;
  beside[3] += 1e-4F;
  CHECK(space.crowd(anchor).mean > space.crowd(beside).mean * 1.005);
}

TEST_CASE("space: too few, uneven or infinite rows make none") {
  auto rows = random_rows(499, 3);
  CHECK_THROWS_AS(Space::fit("timbre", 1, rows), std::invalid_argument);
  rows.push_back({1, 2, 3});
  CHECK_NOTHROW(Space::fit("timbre", 1, rows));
  rows.back() = {1, 2};
  CHECK_THROWS_AS(Space::fit("timbre", 1, rows), std::invalid_argument);
  rows.back() = {1, 2, std::numeric_limits<float>::infinity()};
  CHECK_THROWS_AS(Space::fit("timbre", 1, rows), std::invalid_argument);
}

TEST_CASE("space: a damaged component counts as the mean, far ones are clipped") {
  const auto space = Space::read(kSmall);
  CHECK(space.place(std::vector<float>{std::nanf(""), 5}) == std::vector<float>{0, 1});
  CHECK(space.place(std::vector<float>{1e30F, -1e30F}) == std::vector<float>{4, -4});
  CHECK_THROWS_AS(space.place(std::vector<float>{1}), std::invalid_argument);
  CHECK_THROWS_AS(space.crowd(std::vector<float>{1, 2, 3}), std::invalid_argument);
}

TEST_CASE("space: malformed texts are refused") {
  const auto bad =
      GENERATE(as<std::string>(), "", "\n", "aura-space", "aura-space timbre 1 2 2",
               "aura-spaces timbre 1 2 2\n1 2\n0.5 3\n0 0\n1 -4\n",
               "aura-space Timbre! 1 2 2\n1 2\n0.5 3\n0 0\n1 -4\n",
               "aura-space timbre -1 2 2\n1 2\n0.5 3\n0 0\n1 -4\n",
               "aura-space timbre 1 0 2\n\n\n\n\n", "aura-space timbre 1 2 1\n1 2\n0.5 3\n0 0\n",
               "aura-space timbre 1 999999999 2\n1 2\n0.5 3\n0 0\n1 -4\n",
               "aura-space timbre 1 2 2\n1 2\n0.5 0\n0 0\n1 -4\n",
               "aura-space timbre 1 2 2\n1 2\n0.5 -3\n0 0\n1 -4\n",
               "aura-space timbre 1 2 2\n1 nan\n0.5 3\n0 0\n1 -4\n",
               "aura-space timbre 1 2 2\n1 2\ninf 3\n0 0\n1 -4\n",
               "aura-space timbre 1 2 2\n1 2\n0.5 3\n0 0\n1 -4.5\n",
               "aura-space timbre 1 2 2\n1 2 3\n0.5 3\n0 0\n1 -4\n",
               "aura-space timbre 1 2 2\n1 2\n0.5 3\n0 0\n",
               "aura-space timbre 1 2 2\n1 2\n0.5 3\n0 0\n1 -4\n0 0\n",
               "aura-space timbre 1 2 2\n1 2x\n0.5 3\n0 0\n1 -4\n");
  CHECK_THROWS_AS(Space::read(bad), BadMeasurement);
}

TEST_CASE("space: no damaged text does more than throw") {
  const auto good = Space::fit("timbre", 1, random_rows(500, 3)).write();
  std::mt19937 random(3);
  int refused = 0;
  for (int i = 0; i < 2000; ++i) {
    auto text = good;
    for (int edits = 0; edits < 3; ++edits)
      text[random() % (i % 2 == 0 ? 40 : text.size())] = static_cast<char>(random() % 128);
    if (i % 5 == 0) text.resize(random() % text.size());
    try {
      const auto space = Space::read(text);
      CHECK(Space::read(space.write()) == space);
    } catch (const BadMeasurement&) {
      ++refused;
    }
  }
  CHECK(refused > 500);
}

}  // namespace aura::analysis
