#include "aura/dsp/tempo.h"

#include <catch2/catch.hpp>
#include <vector>

#include "aura/base/error.h"
#include "reference.h"
#include "signals.h"

namespace aura::dsp {
namespace {

constexpr double kBpmAtLagOne = 60.0 * test::kSampleRateHz / 512;

double tempo(const std::vector<float>& envelope) {
  return estimate_tempo_bpm(envelope, test::kSampleRateHz, 512);
}

std::vector<float> pulses(std::size_t length, std::size_t period) {
  std::vector<float> envelope(length, 0.0F);
  for (std::size_t i = period; i < length; i += period) envelope[i] = 2;
  return envelope;
}

TEST_CASE("tempo: of pulses is their rate") {
  const std::size_t period = GENERATE(as<std::size_t>{}, 15, 19, 22, 26, 30);
  CHECK(tempo(pulses(2000, period)) == Approx(kBpmAtLagOne / static_cast<double>(period)));
}

TEST_CASE("tempo: of pulses above 320 BPM is the multiple of their period nearest to 120") {
  // Every 4 frames is 646 BPM; lags 20 and 24 are 129 and 108.
  CHECK(tempo(pulses(2000, 4)) == Approx(kBpmAtLagOne / 20));
}

TEST_CASE("tempo: where nothing repeats is the lag nearest to 120 BPM") {
  std::vector<float> envelope(1000, 0.0F);
  envelope[500] = 3;
  CHECK(tempo(envelope) == Approx(kBpmAtLagOne / 22));
}

TEST_CASE("tempo: where nothing sets in is 0") {
  CHECK(tempo(std::vector<float>(1000, 0.0F)) == 0);
  CHECK(tempo({0.0F}) == 0);
  CHECK(tempo({}) == 0);
}

TEST_CASE("tempo: gives up when it is told to stop") {
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(estimate_tempo_bpm(pulses(100, 20), test::kSampleRateHz, 512, stop.get_token()),
                  Stopped);
}

TEST_CASE("tempo: is librosa's") {
  const auto& checks = test::reference_checks();
  CHECK(tempo(checks["onset_envelope"].get<std::vector<float>>()) ==
        Approx(checks["tempo_bpm"].get<double>()).epsilon(1e-12));
}

}  // namespace
}  // namespace aura::dsp
