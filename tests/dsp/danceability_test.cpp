#include "aura/dsp/danceability.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "signals.h"

namespace aura::dsp {
namespace {

double danceability_of(std::span<const float> signal) {
  DanceabilityMeter meter;
  meter.push(signal);
  return meter.danceability();
}

/// Noise whose loudness falls away from each beat.
std::vector<float> beats(double seconds) {
  auto signal = test::noise(0.5, static_cast<std::size_t>(seconds * test::kSampleRateHz));
  for (std::size_t i = 0; i < signal.size(); ++i) {
    const double t = std::fmod(static_cast<double>(i) / test::kSampleRateHz, 0.5);
    signal[i] *= static_cast<float>(std::exp(-10 * t));
  }
  return signal;
}

TEST_CASE("danceability: steady beats have more than noise, noise 2") {
  const double noise = danceability_of(test::noise(0.5, 60 * test::kSampleRateHz));
  // A sum of values that know nothing of each other strays by the root of the length, an exponent
  // of 0.5; how near a minute of them comes to it is a matter of luck.
  CHECK(noise == Approx(2).epsilon(0.1));
  CHECK(danceability_of(beats(60)) > 1.3 * noise);
}

TEST_CASE("danceability: is the same at any loudness and however the samples are cut into blocks") {
  auto signal = beats(20);
  DanceabilityMeter meter;
  for (std::size_t at = 0, size = 1; at < signal.size(); at += size, size = size * 3 % 20'011) {
    size = std::min(size, signal.size() - at);
    meter.push(std::span(signal).subspan(at, size));
  }
  const double whole = danceability_of(signal);
  CHECK(meter.danceability() == whole);
  for (float& sample : signal) sample *= 0.125F;
  CHECK(danceability_of(signal) == Approx(whole));
}

TEST_CASE("danceability: of silence and of what is too short is 0") {
  CHECK(danceability_of(std::vector<float>(200'000, 0.0F)) == 0);
  CHECK(danceability_of(test::noise(0.5, 1000)) == 0);
  CHECK(danceability_of({}) == 0);
}

}  // namespace
}  // namespace aura::dsp
