#include "aura/dsp/spectral_rolloff.h"

#include <catch2/catch.hpp>

#include "aura/dsp/spectrum.h"
#include "log_mel_of.h"
#include "reference.h"
#include "signals.h"

namespace aura::dsp {
namespace {

TEST_CASE("spectral roll-off: of a single bin its frequency, of silence 0") {
  Eigen::ArrayXd magnitude = Eigen::ArrayXd::Zero(1025);
  CHECK(spectral_rolloff_hz(magnitude, 10) == 0);
  magnitude[1024] = 7;
  CHECK(spectral_rolloff_hz(magnitude, 10) == 10240);
}

TEST_CASE("spectral roll-off: of a flat spectrum the bin that completes 85 %") {
  // 0.85 * 1025 bins is 871.25: the 872nd has number 871.
  CHECK(spectral_rolloff_hz(Eigen::ArrayXd::Ones(1025), 10) == 8710);
}

TEST_CASE("spectral roll-off: what lies above 85 % doesn't move it") {
  Eigen::ArrayXd magnitude = Eigen::ArrayXd::Zero(1025);
  magnitude[50] = 86;
  magnitude[900] = 14;
  CHECK(spectral_rolloff_hz(magnitude, 10) == 500);
  magnitude[50] = 84;
  magnitude[900] = 16;
  CHECK(spectral_rolloff_hz(magnitude, 10) == 9000);
}

TEST_CASE("spectral roll-off: has librosa's value") {
  const auto& checks = test::reference_checks();
  const auto signal = test::reference_signal(checks["signal"].get<std::string>());
  Spectrum spectrum(test::kFftSize);
  spectrum.analyse(test::frame_of(signal, checks["frame"]));
  CHECK(spectral_rolloff_hz(spectrum.magnitude(), test::kBinWidthHz) ==
        Approx(checks["spectral_rolloff_hz"].get<double>()));
}

}  // namespace
}  // namespace aura::dsp
