#include "aura/dsp/autocorrelation.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "aura/base/error.h"
#include "signals.h"

namespace aura::dsp {
namespace {

std::vector<float> pulses(std::size_t length, std::size_t period) {
  std::vector<float> curve(length, 0.0F);
  for (std::size_t i = 0; i < length; i += period) curve[i] = 1;
  return curve;
}

TEST_CASE("autocorrelation: of pulses is 1 at multiples of their period and lower between") {
  const auto result = mean_autocorrelation(pulses(2048, 16), 512, 200);
  REQUIRE(result.size() == 200);
  for (Eigen::Index lag = 0; lag < result.size(); ++lag) {
    INFO(lag);
    // The mean that is taken out is 1 / 16 of a pulse.
    CHECK(result(lag) == Approx(lag % 16 == 0 ? 1.0 : -1.0 / 15).margin(0.01));
  }
}

TEST_CASE("autocorrelation: is that of the definition, for any number of windows") {
  const std::size_t length = GENERATE(as<std::size_t>{}, 10, 64, 65, 97, 160, 300);
  const auto curve = test::noise(1, length);
  constexpr std::size_t kWindow = 64;
  std::vector<double> expected(30, 0.0);
  for (std::size_t begin = 0; begin == 0 || begin + kWindow / 2 < length; begin += kWindow / 2) {
    const std::size_t end = std::min(begin + kWindow, length);
    double mean = 0;
    for (std::size_t i = begin; i < end; ++i) mean += curve[i];
    mean /= static_cast<double>(end - begin);
    for (std::size_t lag = 0; lag < expected.size(); ++lag) {
      for (std::size_t i = begin; i + lag < end; ++i) {
        expected[lag] += (curve[i] - mean) * (curve[i + lag] - mean);
      }
    }
  }
  const auto result = mean_autocorrelation(curve, kWindow, expected.size());
  for (std::size_t lag = 0; lag < expected.size(); ++lag) {
    const double overlap = 1 - static_cast<double>(lag) / kWindow;
    // All in double precision.
    CHECK(result(static_cast<Eigen::Index>(lag)) ==
          Approx(expected[lag] / expected[0] / overlap).margin(1e-9));
  }
}

TEST_CASE("autocorrelation: of what is constant or empty is 0") {
  CHECK((mean_autocorrelation(std::vector<float>(500, 3.0F), 128, 50) == 0).all());
  CHECK((mean_autocorrelation({}, 128, 50) == 0).all());
}

TEST_CASE("autocorrelation: between two lags is on the line between them") {
  const Eigen::ArrayXd values = Eigen::ArrayXd::LinSpaced(5, 0, 8);
  CHECK(at_lag(values, 0) == 0);
  CHECK(at_lag(values, 1.25) == Approx(2.5));
  CHECK(at_lag(values, 4) == 8);
  CHECK(at_lag(values, 9) == 8);
}

TEST_CASE("autocorrelation: gives up when it is told to stop") {
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(mean_autocorrelation(pulses(100, 10), 64, 20, stop.get_token()), Stopped);
}

}  // namespace
}  // namespace aura::dsp
