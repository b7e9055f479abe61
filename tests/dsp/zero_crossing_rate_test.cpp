#include "aura/dsp/zero_crossing_rate.h"

#include <catch2/catch.hpp>
#include <vector>

#include "log_mel_of.h"
#include "reference.h"
#include "signals.h"

namespace aura::dsp {
namespace {

double rate(const std::vector<float>& signal) {
  return zero_crossing_rate(signal, 2048);
}

TEST_CASE("zero crossing rate: silence, a constant, one sample and none cross nothing") {
  CHECK(rate(std::vector<float>(2048, 0.0F)) == 0);
  CHECK(rate(std::vector<float>(2048, -0.5F)) == 0);
  CHECK(rate({-1.0F}) == 0);
  CHECK(rate({}) == 0);
}

TEST_CASE("zero crossing rate: an alternating signal crosses between all neighbours") {
  CHECK(rate({1, -1, 1, -1, 1}) == 4 / 2048.0);
}

TEST_CASE("zero crossing rate: zero counts as positive, and so does what is too faint") {
  CHECK(rate({1, 0, 1}) == 0);
  CHECK(rate({1, -0.0F, 1}) == 0);
  CHECK(rate({1, -1e-10F, 1}) == 0);
  CHECK(rate({1, -1.1e-10F, 1}) == 2 / 2048.0);
  CHECK(rate({-1, 0, -1}) == 2 / 2048.0);
}

TEST_CASE("zero crossing rate: a sine crosses twice a period") {
  // A whole number of periods from a phase off zero: each crossing lies between two samples.
  auto signal = test::sine(10 * test::kBinWidthHz, 1, 2060);
  signal.erase(signal.begin(), signal.begin() + 12);
  CHECK(rate(signal) == 20 / 2048.0);
}

TEST_CASE("zero crossing rate: has librosa's value") {
  const auto& checks = test::reference_checks();
  const auto signal = test::reference_signal(checks["signal"].get<std::string>());
  CHECK(rate(test::frame_of(signal, checks["frame"])) == checks["zcr"].get<double>());
}

}  // namespace
}  // namespace aura::dsp
