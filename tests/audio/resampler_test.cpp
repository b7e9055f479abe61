#include "resampler.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

namespace aura::audio {
namespace {

std::vector<float> resample(std::span<const float> signal, int from_hz, int to_hz,
                            std::size_t block) {
  Resampler resampler(from_hz, to_hz);
  std::vector<float> result;
  const auto keep = [&](std::span<const float> ready) {
    result.insert(result.end(), ready.begin(), ready.end());
  };
  for (std::size_t at = 0; at < signal.size(); at += block) {
    keep(resampler.push(signal.subspan(at, std::min(block, signal.size() - at))));
  }
  keep(resampler.finish());
  return result;
}

TEST_CASE("n samples become ceil(n * output / input)") {
  const int from_hz = GENERATE(8000, 22050, 44100, 48000, 96000, 768000, 2822400);
  const std::size_t count = GENERATE(1U, 2U, 1151U, 1152U, 44100U, 48001U);
  const std::vector<float> signal(count, 0.5F);
  const double expected = std::ceil(static_cast<double>(count) * (22050.0 / from_hz));
  CHECK(static_cast<double>(resample(signal, from_hz, 22050, 1000).size()) == expected);
}

TEST_CASE("how a signal is cut into blocks changes nothing") {
  std::vector<float> signal(30'000);
  for (std::size_t i = 0; i < signal.size(); ++i)
    signal[i] = std::sin(static_cast<float>(i * i % 997));
  const auto whole = resample(signal, 48000, 22050, signal.size());
  const std::size_t block = GENERATE(1U, 7U, 1152U, 16'384U);
  const auto pieces = resample(signal, 48000, 22050, block);
  REQUIRE(pieces.size() == whole.size());
  for (std::size_t i = 0; i < whole.size(); ++i) REQUIRE(pieces[i] == whole[i]);
}

TEST_CASE("an impulse stays where it was") {
  std::vector<float> signal(9600, 0.0F);
  signal[4800] = 1.0F;
  const auto result = resample(signal, 48000, 24000, 512);
  const auto peak = std::max_element(result.begin(), result.end());
  CHECK(peak - result.begin() == 2400);
}

TEST_CASE("what the output can hold stays as loud, what it can't is gone") {
  const int from_hz = GENERATE(44100, 48000, 96000);
  const double hz = GENERATE(100.0, 1000.0, 9900.0, 12'200.0, 20'000.0);
  std::vector<float> signal(static_cast<std::size_t>(from_hz));
  for (std::size_t i = 0; i < signal.size(); ++i) {
    const double turns = hz * static_cast<double>(i) / from_hz;
    signal[i] = static_cast<float>(std::sin(2 * std::numbers::pi * turns));
  }
  const auto result = resample(signal, from_hz, 22050, 1000);
  // Away from both ends, where it sets in and breaks off.
  double energy = 0;
  for (std::size_t i = 2000; i < 20'000; ++i)
    energy += static_cast<double>(result[i]) * static_cast<double>(result[i]);
  const double level_db = 10 * std::log10(energy / 18'000 * 2);
  INFO(from_hz << " Hz, " << hz << " Hz");
  if (hz < 22050 / 2)
    CHECK(level_db == Approx(0).margin(0.01));
  else
    CHECK(level_db < -110);  // 20 bits are 120 dB
}

TEST_CASE("equal rates pass the samples through untouched") {
  const std::vector<float> signal{0.1F, -0.2F, 0.3F};
  CHECK(resample(signal, 22050, 22050, 2) == signal);
}

TEST_CASE("no samples give none") {
  CHECK(resample({}, 44100, 22050, 1).empty());
}

}  // namespace
}  // namespace aura::audio
