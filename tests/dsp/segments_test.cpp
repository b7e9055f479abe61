#include "aura/dsp/segments.h"

#include <catch2/catch.hpp>
#include <limits>
#include <random>
#include <vector>

namespace aura::dsp {
namespace {

using Begins = std::vector<std::size_t>;

Eigen::MatrixXf noise(Eigen::Index rows, Eigen::Index columns, float deviation) {
  std::minstd_rand random(1);
  std::normal_distribution<float> normal(0, deviation);
  return Eigen::MatrixXf::NullaryExpr(rows, columns, [&] { return normal(random); });
}

/// The cost that segments_of() makes least, by its definition.
double cost_of(const Eigen::MatrixXf& features, const Begins& begins, double penalty) {
  double cost = 0;
  for (std::size_t i = 0; i < begins.size(); ++i) {
    const auto begin = static_cast<Eigen::Index>(begins[i]);
    const auto end =
        i + 1 < begins.size() ? static_cast<Eigen::Index>(begins[i + 1]) : features.cols();
    const Eigen::MatrixXd segment = features.middleCols(begin, end - begin).cast<double>();
    const Eigen::VectorXd mean = segment.rowwise().mean();
    cost += (segment.colwise() - mean).squaredNorm() + penalty;
  }
  return cost;
}

/// The least cost of all ways to cut, tried one by one.
double least_cost(const Eigen::MatrixXf& features, double penalty, std::size_t least) {
  const auto columns = static_cast<std::size_t>(features.cols());
  double lowest = std::numeric_limits<double>::infinity();
  for (std::size_t cuts = 0; cuts < std::size_t{1} << (columns - 1); ++cuts) {
    Begins begins{0};
    for (std::size_t t = 1; t < columns; ++t) {
      if ((cuts >> (t - 1) & 1) != 0) begins.push_back(t);
    }
    bool long_enough = columns - begins.back() >= least;
    for (std::size_t i = 1; i < begins.size(); ++i)
      long_enough = long_enough && begins[i] - begins[i - 1] >= least;
    if (long_enough) lowest = std::min(lowest, cost_of(features, begins, penalty));
  }
  return lowest;
}

TEST_CASE("segments: steps are found where they are") {
  Eigen::MatrixXf features = noise(3, 90, 0.1F);
  features.middleCols(20, 33).row(0).array() += 1;
  features.rightCols(90 - 53).row(2).array() -= 1;
  CHECK(segments_of(features, 2, 5) == Begins{0, 20, 53});
  CHECK(segments_of(features, 1e6, 5) == Begins{0});
}

TEST_CASE("segments: no other way to cut costs less") {
  const auto least = GENERATE(std::size_t{1}, std::size_t{2}, std::size_t{4});
  const double penalty = GENERATE(0.1, 0.7, 3.0);
  CAPTURE(least, penalty);
  const auto features = noise(2, 13, 1);
  const auto begins = segments_of(features, penalty, least);
  CHECK(begins.front() == 0);
  CHECK(cost_of(features, begins, penalty) ==
        Approx(least_cost(features, penalty, least)).epsilon(1e-6));
}

TEST_CASE("segments: nothing has none, and few columns are one") {
  CHECK(segments_of(Eigen::MatrixXf(3, 0), 1, 4).empty());
  CHECK(segments_of(noise(3, 3, 1), 0, 4) == Begins{0});
  CHECK(segments_of(noise(3, 1, 1), 0, 0) == Begins{0});
}

TEST_CASE("segments: what is alike gets one label, in the order of first use") {
  Eigen::MatrixXf means(2, 5);
  means << 0, 5, 0.1F, 9, 5.1F,  //
      0, 0, 0.1F, 9, 0;
  const Eigen::VectorXf sizes = Eigen::VectorXf::Ones(5);
  CHECK(labels_of(means, sizes, 0.5F) == Begins{0, 1, 0, 2, 1});
  CHECK(labels_of(means, sizes, 0.05F) == Begins{0, 1, 2, 3, 4});
  CHECK(labels_of(means, sizes, 100) == Begins{0, 0, 0, 0, 0});
  CHECK(labels_of(Eigen::MatrixXf(2, 0), Eigen::VectorXf(0), 1).empty());
}

TEST_CASE("segments: a group is where its segments' weights have it") {
  Eigen::MatrixXf means(1, 3);
  means << 0, 1, 1.6F;
  Eigen::VectorXf sizes(3);
  // The last two join at 1.1 or at 1.5.
  sizes << 1, 5, 1;
  CHECK(labels_of(means, sizes, 1.2F) == Begins{0, 0, 0});
  sizes << 1, 1, 5;
  CHECK(labels_of(means, sizes, 1.2F) == Begins{0, 1, 1});
}

}  // namespace
}  // namespace aura::dsp
