#include "aura/dsp/danceability.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <span>
#include <vector>

#include "signals.h"

namespace aura::dsp {
namespace {

double danceability_of_signal(std::span<const float> signal) {
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
  const double noise = danceability_of_signal(test::noise(0.5, 60 * test::kSampleRateHz));
  // A sum of values that know nothing of each other strays by the root of the length, an exponent
  // of 0.5; how near a minute of them comes to it is a matter of luck.
  CHECK(noise == Approx(2).epsilon(0.1));
  CHECK(danceability_of_signal(beats(60)) > 1.3 * noise);
}

TEST_CASE("danceability: is the same at any loudness, about any mean and in blocks of any size") {
  auto signal = beats(20);
  DanceabilityMeter meter;
  for (std::size_t at = 0, size = 1; at < signal.size(); at += size, size = size * 3 % 20'011) {
    size = std::min(size, signal.size() - at);
    meter.push(std::span(signal).subspan(at, size));
  }
  const double whole = danceability_of_signal(signal);
  CHECK(meter.danceability() == whole);
  for (float& sample : signal) sample *= 0.125F;
  CHECK(danceability_of_signal(signal) == Approx(whole));
  for (float& sample : signal) sample += 0.5F;
  CHECK(danceability_of_signal(signal) == Approx(whole).epsilon(1e-4));
}

TEST_CASE("danceability: of silence and of what is too short is 0") {
  CHECK(danceability_of_signal(std::vector<float>(200'000, 0.0F)) == 0);
  CHECK(danceability_of_signal(test::noise(0.5, 1000)) == 0);
  CHECK(danceability_of_signal({}) == 0);
}

/// By the definition: a line of least squares through each segment, in long double.
double danceability_by_lines(std::span<const float> deviations) {
  std::vector<long double> profile;
  profile.reserve(deviations.size());
  long double mean = 0;
  for (const float value : deviations) mean += value;
  mean /= static_cast<long double>(deviations.size());
  long double total = 0;
  for (const float value : deviations) profile.push_back(total += value - mean);

  double exponents = 0;
  int count = 0;
  double before = 0;
  double length_before = 0;
  for (double blocks = 31; blocks <= 880; blocks *= 1.1) {
    const auto length = static_cast<std::size_t>(blocks);
    const auto middle = (static_cast<long double>(length) - 1) / 2;
    long double sum = 0;
    std::size_t segments = 0;
    for (std::size_t begin = 0; begin + length < profile.size();
         begin += std::max<std::size_t>(length / 50, 1), ++segments) {
      const auto values = std::span(profile).subspan(begin, length);
      long double level = 0;
      for (const long double value : values) level += value / static_cast<long double>(length);
      long double rise = 0;
      long double spread = 0;
      for (std::size_t i = 0; i < length; ++i) {
        const long double off = static_cast<long double>(i) - middle;
        rise += off * values[i];
        spread += off * off;
      }
      for (std::size_t i = 0; i < length; ++i) {
        const long double off = static_cast<long double>(i) - middle;
        const long double rest = values[i] - level - rise / spread * off;
        sum += rest * rest / static_cast<long double>(length);
      }
    }
    const auto now = static_cast<double>(std::sqrt(sum / static_cast<long double>(segments)));
    const double abscissa = std::log(static_cast<double>(length) + 3);
    if (before > 0) {
      exponents += std::log(now / before) / (abscissa - length_before);
      ++count;
    }
    before = now;
    length_before = abscissa;
  }
  return count / exponents;
}

TEST_CASE("danceability: is that of lines through all segments, however far the loudness strays") {
  const double swell = GENERATE(0.0, 100.0);
  // Noise on a swell so slow that segments hardly bend, though its sum goes up to a million.
  auto deviations = test::noise(0.5, 100'000);
  for (std::size_t i = 0; i < deviations.size(); ++i) {
    const double turns = static_cast<double>(i) / static_cast<double>(deviations.size());
    deviations[i] += static_cast<float>(1 + swell + swell * std::sin(2 * std::numbers::pi * turns));
  }
  // Differences of sums of eight thousand squares of up to 1e5.
  CHECK(danceability_of(deviations) ==
        Approx(danceability_by_lines(deviations)).epsilon(swell > 0 ? 1e-3 : 1e-9));
}

}  // namespace
}  // namespace aura::dsp
