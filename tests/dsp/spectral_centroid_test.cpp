#include "aura/dsp/spectral_centroid.h"

#include <catch2/catch.hpp>

#include "aura/dsp/spectrum.h"
#include "log_mel_of.h"
#include "reference.h"
#include "signals.h"

namespace aura::dsp {
namespace {

TEST_CASE("spectral centroid: of a single bin its frequency, of silence 0") {
  Eigen::ArrayXd magnitude = Eigen::ArrayXd::Zero(1025);
  CHECK(spectral_centroid_hz(magnitude, 10) == 0);
  magnitude[30] = 7;
  CHECK(spectral_centroid_hz(magnitude, 10) == Approx(300));
}

TEST_CASE("spectral centroid: of a flat spectrum half of Nyquist") {
  CHECK(spectral_centroid_hz(Eigen::ArrayXd::Ones(1025), 10) == Approx(5120));
}

TEST_CASE("spectral centroid: weights bins by magnitude, at any level") {
  Eigen::ArrayXd magnitude = Eigen::ArrayXd::Zero(1025);
  const double level = GENERATE(1e-40, 1.0, 1e30);
  magnitude[100] = 3 * level;
  magnitude[200] = level;
  CHECK(spectral_centroid_hz(magnitude, 10) == Approx(1250));
}

TEST_CASE("spectral centroid: has librosa's value") {
  const auto& checks = test::reference_checks();
  const auto signal = test::reference_signal(checks["signal"].get<std::string>());
  Spectrum spectrum(test::kFftSize);
  spectrum.analyse(test::frame_of(signal, checks["frame"]));
  // Rounding of the transform in single precision, in a thousand faint bins.
  CHECK(spectral_centroid_hz(spectrum.magnitude(), test::kBinWidthHz) ==
        Approx(checks["spectral_centroid_hz"].get<double>()).epsilon(1e-5));
}

}  // namespace
}  // namespace aura::dsp
