#include "aura/dsp/tempogram.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "aura/base/error.h"
#include "aura/dsp/window.h"
#include "every_lanes.h"
#include "reference.h"
#include "signals.h"

namespace aura::dsp {
namespace {

constexpr std::size_t kWindow = 344;
// Transforms and sums in double precision, of values up to 1.
constexpr double kRounding = 1e-12;

std::vector<float> pulses(std::size_t length, std::size_t period) {
  std::vector<float> envelope(length, 0.0F);
  for (std::size_t i = period; i < length; i += period) envelope[i] = 2;
  return envelope;
}

TEST_CASE("tempogram: lag 0 is 1, whatever the level") {
  const auto envelope = test::noise(GENERATE(1e-6, 1.0, 1e6), 1000);
  CHECK(mean_tempogram(envelope, kWindow)[0] == Approx(1).margin(kRounding));
}

TEST_CASE("tempogram: pulses repeat at multiples of their period and nowhere else") {
  const auto tempogram = mean_tempogram(pulses(2000, 20), kWindow);
  for (Eigen::Index lag = 1; lag < tempogram.size(); ++lag) {
    if (lag % 20 != 0) CHECK(std::abs(tempogram[lag]) < kRounding);
  }
  CHECK(tempogram[20] > tempogram[40]);
  CHECK(tempogram[40] > tempogram[60]);
  CHECK(tempogram[20] > 0.9);
}

TEST_CASE("tempogram: a lone onset repeats nowhere") {
  std::vector<float> envelope(1000, 0.0F);
  envelope[500] = 3;
  const auto tempogram = mean_tempogram(envelope, kWindow);
  CHECK(tempogram.tail(tempogram.size() - 1).abs().maxCoeff() < kRounding);
}

TEST_CASE("tempogram: of nothing is 0") {
  CHECK(mean_tempogram(std::vector<float>(10, 0.0F), kWindow).abs().maxCoeff() == 0);
}

TEST_CASE("tempogram: is the mean of the windows' autocorrelations by their definition") {
  const auto& lanes = test::every_lanes();
  constexpr Eigen::Index kSmall = 16;
  constexpr Eigen::Index kHalf = kSmall / 2;
  const auto frames = GENERATE(as<Eigen::Index>{}, 1, 2, 16, 31);
  const auto envelope = test::noise(1, static_cast<std::size_t>(frames));
  Eigen::ArrayXd padded(frames + kSmall);
  for (Eigen::Index i = 0; i < kHalf; ++i) {
    padded[i] = static_cast<double>(envelope.front()) * static_cast<double>(i) / kHalf;
    padded[frames + kSmall - 1 - i] =
        static_cast<double>(envelope.back()) * static_cast<double>(i) / kHalf;
  }
  for (Eigen::Index i = 0; i < frames; ++i) {
    padded[kHalf + i] = envelope[static_cast<std::size_t>(i)];
  }

  Eigen::ArrayXd expected = Eigen::ArrayXd::Zero(kSmall);
  for (Eigen::Index t = 0; t < frames; ++t) {
    const Eigen::ArrayXd frame = periodic_hann(kSmall) * padded.segment(t, kSmall);
    for (Eigen::Index lag = 0; lag < kSmall; ++lag) {
      const Eigen::Index overlap = kSmall - lag;
      expected[lag] += (frame.head(overlap) * frame.tail(overlap)).sum() / frame.square().sum();
    }
  }
  expected /= static_cast<double>(frames);
  CHECK((mean_tempogram(envelope, kSmall, {}, lanes) - expected).abs().maxCoeff() < kRounding);
}

TEST_CASE("tempogram: gives up when it is told to stop") {
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(mean_tempogram(pulses(100, 20), kWindow, stop.get_token()), Stopped);
}

TEST_CASE("tempogram: is librosa's") {
  const auto& checks = test::reference_checks();
  const auto tempogram =
      mean_tempogram(checks["onset_envelope"].get<std::vector<float>>(), kWindow);
  const auto expected = checks["mean_tempogram"].get<std::vector<double>>();
  REQUIRE(tempogram.size() == static_cast<Eigen::Index>(expected.size()));
  for (std::size_t lag = 0; lag < expected.size(); ++lag) {
    CHECK(tempogram[static_cast<Eigen::Index>(lag)] == Approx(expected[lag]).margin(kRounding));
  }
}

}  // namespace
}  // namespace aura::dsp
