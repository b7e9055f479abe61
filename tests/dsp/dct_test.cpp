#include "aura/dsp/dct.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "signals.h"

namespace aura::dsp {
namespace {

// Sums of some hundred terms in double precision.
constexpr double kRounding = 1e-12;

TEST_CASE("DCT-II: a constant has only the first coefficient") {
  const auto coefficients = dct2(Eigen::ArrayXd::Constant(128, 3), 13);
  CHECK(coefficients[0] == Approx(3 * std::sqrt(128)).margin(kRounding));
  CHECK(coefficients.tail(12).abs().maxCoeff() < kRounding);
}

TEST_CASE("DCT-II: each cosine of its basis has only its own coefficient") {
  const int k = GENERATE(1, 2, 12, 64, 127);
  Eigen::ArrayXd values(128);
  for (int n = 0; n < 128; ++n) values[n] = std::cos(std::numbers::pi * k * (2 * n + 1) / 256);
  auto coefficients = dct2(values, 128);
  CHECK(coefficients[k] == Approx(8).margin(kRounding));  // sqrt(128 / 2)
  coefficients[k] = 0;
  CHECK(coefficients.abs().maxCoeff() < kRounding);
}

TEST_CASE("DCT-II: keeps the energy of what it transforms (Parseval)") {
  const auto noise = test::noise(1, 128);
  const Eigen::ArrayXd values = Eigen::Map<const Eigen::ArrayXf>(noise.data(), 128).cast<double>();
  CHECK(dct2(values, 128).square().sum() == Approx(values.square().sum()).epsilon(kRounding));
}

}  // namespace
}  // namespace aura::dsp
