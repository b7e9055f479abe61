#include "aura/dsp/window.h"

#include <catch2/catch.hpp>

namespace aura::dsp {
namespace {

// Rounding of a cosine and two operations.
constexpr double kRounding = 1e-14;

TEST_CASE("periodic Hann: 0 at the start, 1 in the middle, the same on both sides of it") {
  const auto window = periodic_hann(2048);
  CHECK(window[0] == 0);
  CHECK(window[1024] == 1);
  CHECK(window[512] == Approx(0.5).margin(kRounding));
  for (Eigen::Index n = 1; n < 1024; ++n) {
    CHECK(window[n] == Approx(window[2048 - n]).margin(kRounding));
  }
}

TEST_CASE("periodic Hann: windows a quarter of a size apart add up to 2") {
  const auto window = periodic_hann(2048);
  for (Eigen::Index n = 0; n < 512; ++n) {
    const double sum = window[n] + window[n + 512] + window[n + 1024] + window[n + 1536];
    CHECK(sum == Approx(2).margin(4 * kRounding));
  }
}

}  // namespace
}  // namespace aura::dsp
