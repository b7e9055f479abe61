#include "aura/dsp/spectrum.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "aura/dsp/window.h"
#include "log_mel_of.h"
#include "reference.h"
#include "signals.h"

namespace aura::dsp {
namespace {

constexpr std::size_t kSize = test::kFftSize;
// What single precision makes of a full-scale frame, whose largest bin is near 1000: seven digits.
constexpr double kRounding = 1e-3;

Eigen::ArrayXd magnitude_of(const std::vector<float>& frame) {
  Spectrum spectrum(kSize);
  spectrum.analyse(frame);
  return spectrum.magnitude();
}

TEST_CASE("spectrum: a sine on a bin has the window's three lines") {
  const auto magnitude = magnitude_of(test::sine(100 * test::kBinWidthHz, 0.5, kSize));
  for (Eigen::Index k = 0; k < magnitude.size(); ++k) {
    const double expected = k == 100 ? 256 : std::abs(k - 100) == 1 ? 128 : 0;
    CHECK(magnitude[k] == Approx(expected).margin(kRounding));
  }
}

TEST_CASE("spectrum: DC and Nyquist stay at their ends") {
  std::vector<float> frame(kSize, 1.0F);
  Eigen::Index peak = 0;
  Eigen::Index beside = 1;
  SECTION("Nyquist") {
    for (std::size_t n = 1; n < kSize; n += 2) frame[n] = -1;
    peak = 1024;
    beside = 1023;
  }
  auto magnitude = magnitude_of(frame);
  CHECK(magnitude[peak] == Approx(1024).margin(kRounding));
  CHECK(magnitude[beside] == Approx(512).margin(kRounding));
  magnitude[peak] = magnitude[beside] = 0;
  CHECK(magnitude.maxCoeff() < kRounding);
}

TEST_CASE("spectrum: an impulse is as high in each bin as the window where it stands") {
  std::vector<float> frame(kSize, 0.0F);
  frame[700] = 1;
  const double expected = periodic_hann(kSize)[700];
  const auto magnitude = magnitude_of(frame);
  CHECK((magnitude - expected).abs().maxCoeff() < 1e-6);
}

TEST_CASE("spectrum: power holds the windowed frame's energy (Parseval)") {
  const auto frame = test::noise(1, kSize);
  Spectrum spectrum(kSize);
  spectrum.analyse(frame);
  const auto& power = spectrum.power();
  const Eigen::ArrayXd windowed =
      periodic_hann(kSize) * Eigen::Map<const Eigen::ArrayXf>(frame.data(), kSize).cast<double>();
  const double spectral = 2 * power.sum() - power[0] - power[power.size() - 1];
  // Single precision in each bin; errors mostly cancel.
  CHECK(spectral / kSize == Approx(windowed.square().sum()).epsilon(1e-6));
}

TEST_CASE("spectrum: silence has none") {
  CHECK(magnitude_of(std::vector<float>(kSize, 0.0F)).maxCoeff() == 0);
}

TEST_CASE("spectrum: keeps its shape at any level") {
  const auto loud = magnitude_of(test::noise(1, kSize));
  const double level = GENERATE(1e-30, 1e-12, 1e30);
  const auto scaled = magnitude_of(test::noise(level, kSize));
  // Seven digits of bins that are some 25 high on average.
  CHECK((scaled / level - loud).abs().maxCoeff() < 1e-4);
}

TEST_CASE("spectrum: has librosa's magnitudes") {
  const auto& checks = test::reference_checks();
  const auto signal = test::reference_signal(checks["signal"].get<std::string>());
  const auto magnitude = magnitude_of(test::frame_of(signal, checks["frame"]));
  const auto expected = checks["magnitude"].get<std::vector<double>>();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    // librosa transforms in double; ours keeps seven digits of the frame's largest bin, about 100.
    CHECK(magnitude[static_cast<Eigen::Index>(8 * i)] == Approx(expected[i]).margin(1e-4));
  }
}

}  // namespace
}  // namespace aura::dsp
