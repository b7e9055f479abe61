#include "aura/models/resampler.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>
#include <vector>

#include "every_lanes.h"

namespace aura::models {
namespace {

std::vector<float> tone(double frequency_hz, int sample_rate_hz, std::size_t size) {
  std::vector<float> samples(size);
  for (std::size_t n = 0; n < size; ++n) {
    samples[n] = static_cast<float>(
        std::sin(2 * std::numbers::pi * frequency_hz * static_cast<double>(n) / sample_rate_hz));
  }
  return samples;
}

std::vector<float> resampled(std::span<const float> samples, const Lanes& lanes,
                             std::size_t piece = 100'000) {
  Resampler resampler(lanes);
  std::vector<float> output;
  for (std::size_t first = 0; first < samples.size(); first += piece)
    resampler.push(samples.subspan(first, std::min(piece, samples.size() - first)), output);
  resampler.finish(output);
  return output;
}

TEST_CASE("resampler: n samples have as many outputs as lie before their end") {
  for (const std::size_t size : {0U, 1U, 2U, 95U, 96U, 97U, 191U, 192U, 441U, 442U, 22'050U}) {
    INFO(size);
    CHECK(resampled(std::vector<float>(size, 1), fastest_lanes()).size() ==
          (size * 320 + 440) / 441);
  }
}

TEST_CASE("resampler: tones below 7.3 kHz keep phase and level") {
  const Lanes& lanes = test::every_model_lanes();
  for (const double frequency_hz : {0.0, 50.0, 440.0, 3000.0, 6500.0, 7300.0}) {
    INFO(frequency_hz);
    const auto output = resampled(tone(frequency_hz + 1, 22'050, 22'050), lanes);
    const auto expected = tone(frequency_hz + 1, 16'000, 16'000);
    REQUIRE(output.size() == expected.size());
    // Away from the ends, where the filter reaches beyond them. 80 dB are a ripple of 1e-4.
    for (std::size_t n = 80; n + 80 < output.size(); ++n)
      REQUIRE(output[n] == Approx(expected[n]).margin(2e-4));
  }
}

TEST_CASE("resampler: tones above 8 kHz vanish") {
  for (const double frequency_hz : {8010.0, 9000.0, 10'900.0}) {
    INFO(frequency_hz);
    const auto output = resampled(tone(frequency_hz, 22'050, 22'050), fastest_lanes());
    for (std::size_t n = 80; n + 80 < output.size(); ++n) REQUIRE(std::abs(output[n]) < 2e-4);
  }
}

TEST_CASE("resampler: pieces of any size give the very same outputs") {
  const Lanes& lanes = test::every_model_lanes();
  const auto samples = tone(997, 22'050, 5000);
  const auto whole = resampled(samples, lanes);
  for (const std::size_t piece : {1U, 2U, 127U, 441U, 1024U}) {
    INFO(piece);
    CHECK(resampled(samples, lanes, piece) == whole);
  }
}

}  // namespace
}  // namespace aura::models
