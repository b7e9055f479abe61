#include "aura/dsp/median_network.h"

#include <algorithm>
#include <bit>
#include <catch2/catch.hpp>
#include <random>
#include <vector>

namespace aura::dsp {
namespace {

TEST_CASE("median network: brings the middle values of any number to their places") {
  const std::size_t size = GENERATE(as<std::size_t>{}, 1, 2, 3, 4, 5, 12, 13, 128);
  const auto network = median_network(size);
  std::mt19937 random(
      1);  // NOLINT(cert-msc51-cpp,bugprone-random-generator-seed): the same each run
  for (int repeat = 0; repeat < 200; ++repeat) {
    std::vector<float> values(size);
    for (auto& value : values) value = static_cast<float>(random() % size);
    auto sorted = values;
    std::sort(sorted.begin(), sorted.end());
    for (const auto [low, high] : network) {
      if (values[high] < values[low]) std::swap(values[low], values[high]);
    }
    CHECK(values[(size - 1) / 2] == sorted[(size - 1) / 2]);
    CHECK(values[size / 2] == sorted[size / 2]);
  }
}

TEST_CASE("median network: sorts all middles of zeros and ones, and so of anything") {
  // Knuth's zero-one principle.
  const std::size_t size = GENERATE(as<std::size_t>{}, 7, 8, 11, 12);
  const auto network = median_network(size);
  for (unsigned bits = 0; bits < 1U << size; ++bits) {
    unsigned values = bits;
    for (const auto [low, high] : network) {
      if ((values >> low & 1U) > (values >> high & 1U)) values ^= 1U << low | 1U << high;
    }
    const auto zeros = size - static_cast<std::size_t>(std::popcount(bits));
    REQUIRE((values >> ((size - 1) / 2) & 1U) == (zeros > (size - 1) / 2 ? 0U : 1U));
    REQUIRE((values >> (size / 2) & 1U) == (zeros > size / 2 ? 0U : 1U));
  }
}

}  // namespace
}  // namespace aura::dsp
