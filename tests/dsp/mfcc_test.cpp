#include "aura/dsp/mfcc.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "log_mel_of.h"
#include "reference.h"
#include "signals.h"

namespace aura::dsp {
namespace {

// dB are held in single precision.
constexpr double kRounding = 1e-4;

TEST_CASE("MFCC: equal bands have only the first coefficient, the root of their number times dB") {
  LogMelSpectrogram log_mel(128);
  log_mel.push(std::vector<float>(128, -20), 1, 1);
  log_mel.push(std::vector<float>(128, -40), 1, 1);
  const auto mfcc = mean_mfcc(log_mel, 13);
  CHECK(mfcc[0] == Approx(-30 * std::sqrt(128)).margin(kRounding));
  CHECK(mfcc.tail(12).abs().maxCoeff() < kRounding);
}

TEST_CASE("MFCC: what a later frame puts below the floor counts as the floor") {
  LogMelSpectrogram log_mel(128);
  log_mel.push(std::vector<float>(128, -80), 1, 1);
  log_mel.push(std::vector<float>(128, 20), 1, 1);
  CHECK(mean_mfcc(log_mel, 1)[0] == Approx((-60 + 20) / 2.0 * std::sqrt(128)).margin(kRounding));
}

TEST_CASE("MFCC: has librosa's means") {
  const auto& checks = test::reference_checks();
  const auto mfcc =
      mean_mfcc(test::log_mel_of(test::reference_signal(checks["signal"].get<std::string>())), 13);
  for (Eigen::Index k = 0; k < 13; ++k) {
    // librosa's transform is in single precision, some 1e-7 of the first coefficient, about 300.
    CHECK(mfcc[k] ==
          Approx(checks["mfcc_mean"][static_cast<std::size_t>(k)].get<double>()).margin(kRounding));
  }
}

}  // namespace
}  // namespace aura::dsp
