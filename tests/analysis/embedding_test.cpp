#include "aura/analysis/embedding.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "aura/analysis/measurements.h"

namespace aura::analysis {
namespace {

using Rows = std::vector<std::vector<float>>;

/// A projection of random numbers, as text and as numbers.
struct Made {
  std::vector<float> mean;
  std::vector<float> deviation;
  Rows weights;
  std::string text;
};

std::vector<float> random_row(std::mt19937& random, int size, float least, float most) {
  std::uniform_real_distribution<float> uniform(least, most);
  std::vector<float> row(static_cast<std::size_t>(size));
  for (auto& value : row) value = uniform(random);
  return row;
}

std::string line_of(const std::vector<float>& row) {
  std::string line;
  for (const float value : row) {
    char text[40];
    std::snprintf(text, sizeof text, "%.9g", static_cast<double>(value));
    line += (line.empty() ? "" : " ") + std::string(text);
  }
  return line + "\n";
}

Made make(int inputs, int outputs) {
  std::mt19937 random(11);
  Made made{.mean = random_row(random, inputs, -3, 3),
            .deviation = random_row(random, inputs, 0.1F, 5),
            .weights = {},
            .text = "aura-projection embedding 3 2 " + std::to_string(inputs) + ' ' +
                    std::to_string(outputs) + "\n"};
  made.text += line_of(made.mean) + line_of(made.deviation);
  for (int i = 0; i < outputs; ++i) {
    made.weights.push_back(random_row(random, inputs, -1, 1));
    made.text += line_of(made.weights.back());
  }
  return made;
}

}  // namespace

TEST_CASE("embedding: a projection is the product with its matrix, of values of unit length") {
  const auto made = make(static_cast<int>(kRawEmbeddingSize), static_cast<int>(kEmbeddingSize));
  const auto projection = Projection::read(made.text);
  CHECK(projection.kind() == kEmbeddingKind);
  CHECK(projection.version() == 3);
  CHECK(projection.part_version() == 2);
  CHECK(projection.inputs() == static_cast<int>(kRawEmbeddingSize));
  CHECK(projection.outputs() == static_cast<int>(kEmbeddingSize));
  std::mt19937 random(12);
  const auto raw = random_row(random, projection.inputs(), -8, 16);
  const auto projected = projection.project(raw);
  REQUIRE(projected.size() == kEmbeddingSize);
  long double squares = 0;
  for (std::size_t i = 0; i < raw.size(); ++i)
    squares += std::pow((static_cast<long double>(raw[i]) - made.mean[i]) / made.deviation[i], 2);
  for (std::size_t row = 0; row < projected.size(); ++row) {
    long double sum = 0;
    for (std::size_t i = 0; i < raw.size(); ++i)
      sum += (static_cast<long double>(raw[i]) - made.mean[i]) / made.deviation[i] *
             made.weights[row][i];
    // Rounded once to single precision; the sums are in double.
    CHECK(projected[row] ==
          Approx(static_cast<double>(sum / std::sqrt(squares))).epsilon(1e-7).margin(1e-9));
  }
}

TEST_CASE("embedding: only the direction from the mean counts, and the mean itself has none") {
  const auto made = make(40, 8);
  const auto projection = Projection::read(made.text);
  std::mt19937 random(13);
  const auto raw = random_row(random, 40, -8, 16);
  auto farther = raw;
  for (std::size_t i = 0; i < raw.size(); ++i)
    farther[i] = made.mean[i] + 3 * (raw[i] - made.mean[i]);
  const auto one = projection.project(raw);
  const auto other = projection.project(farther);
  for (std::size_t i = 0; i < one.size(); ++i) {
    // Values of about 16 round by 1e-6, against lengths of 6 and more.
    CHECK(one[i] == Approx(other[i]).margin(1e-5));
  }
  CHECK(projection.project(made.mean) == std::vector<float>(8, 0.0F));
  CHECK_THROWS_AS(projection.project(std::vector<float>(39)), std::invalid_argument);
}

TEST_CASE("embedding: a projection that is damaged is refused") {
  const std::string good = "aura-projection embedding 1 1 2 1\n1 2\n3 4\n5 6\n";
  CHECK(Projection::read(good).project(std::vector<float>{1, 6}) == std::vector<float>{6});
  const auto with = [&](const std::string& from, const std::string& to) {
    auto text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  for (const auto& bad :
       {std::string(), good + "1 2\n", with("5 6\n", ""), with("5 6", "5"), with("5 6", "5 6 7"),
        with("5 6", "5 x"), with("5 6", "5 inf"), with("3 4", "3 0"), with("3 4", "-3 4"),
        with("aura-projection", "aura-space"), with("embedding", "Embedding!"),
        with("1 1 2 1", "1 1 2 5000"), with("1 1 2 1", "1 1 0 1"), with("1 1 2 1", "-1 1 2 1"),
        good.substr(0, good.size() - 1)}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(Projection::read(bad), BadMeasurement);
  }
}

TEST_CASE("embedding: the shipped projection and its space come together, or there is no vector") {
  const std::vector<float> raw(kRawEmbeddingSize, 0.5F);
  const auto* const projection = shipped_projection();
  const auto space = shipped_embedding_space();
  const auto vector = embedding_vector(raw);
  CHECK((projection != nullptr) == space.has_value());
  CHECK(vector.has_value() == space.has_value());
  if (vector) {
    CHECK(*vector == projection->project(raw));
    CHECK(space->version() == projection->version());
    CHECK(space->place(*vector).size() == kEmbeddingSize);
  }
  CHECK_THROWS_AS(embedding_vector(std::vector<float>(kRawEmbeddingSize - 1)),
                  std::invalid_argument);
}

}  // namespace aura::analysis
