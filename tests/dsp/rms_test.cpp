#include "aura/dsp/rms.h"

#include <catch2/catch.hpp>
#include <numbers>

#include "log_mel_of.h"
#include "reference.h"
#include "signals.h"

namespace aura::dsp {
namespace {

TEST_CASE("rms: of a constant its magnitude, of silence 0") {
  CHECK(rms(std::vector<float>(2048, -0.5F)) == 0.5);
  CHECK(rms(std::vector<float>(2048, 0.0F)) == 0);
}

TEST_CASE("rms: of whole periods of a sine its amplitude over the root of two") {
  // Samples rounded to single precision.
  CHECK(rms(test::sine(8 * test::kBinWidthHz, 0.8, 2048)) ==
        Approx(0.8 / std::numbers::sqrt2).epsilon(1e-7));
}

TEST_CASE("rms: neither overflows nor loses what is faint") {
  CHECK(rms(std::vector<float>(2048, 1e30F)) == Approx(1e30).epsilon(1e-7));
  CHECK(rms(std::vector<float>(2048, 1e-30F)) == Approx(1e-30).epsilon(1e-7));
}

TEST_CASE("rms: has librosa's value") {
  const auto& checks = test::reference_checks();
  const auto signal = test::reference_signal(checks["signal"].get<std::string>());
  // librosa sums in single precision.
  CHECK(rms(test::frame_of(signal, checks["frame"])) ==
        Approx(checks["rms"].get<double>()).epsilon(1e-6));
}

}  // namespace
}  // namespace aura::dsp
