#include "resampler.h"

#include <catch2/catch.hpp>
#include <cmath>

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
  const int from_hz = GENERATE(8000, 22050, 44100, 48000, 96000, 768000);
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

TEST_CASE("equal rates pass the samples through untouched") {
  const std::vector<float> signal{0.1F, -0.2F, 0.3F};
  CHECK(resample(signal, 22050, 22050, 2) == signal);
}

TEST_CASE("no samples give none") {
  CHECK(resample({}, 44100, 22050, 1).empty());
}

}  // namespace
}  // namespace aura::audio
