#include "aura/dsp/median_network.h"

#include <algorithm>
#include <bit>

namespace aura::dsp {
namespace {

std::vector<Comparator> sorting_network(std::size_t size) {
  std::vector<Comparator> network;
  const std::size_t widest = std::bit_ceil(size) / 2;
  for (std::size_t p = widest; p > 0; p /= 2) {
    std::size_t distance = p;
    std::size_t remainder = 0;
    for (std::size_t q = widest; q >= p; q /= 2) {
      for (std::size_t i = 0; i + distance < size; ++i) {
        if ((i & p) != remainder) continue;
        network.push_back(
            {static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(i + distance)});
      }
      distance = q - p;
      remainder = p;
    }
  }
  return network;
}

}  // namespace

std::vector<Comparator> median_network(std::size_t size) {
  std::vector<bool> wanted(size, false);
  wanted[(size - 1) / 2] = wanted[size / 2] = true;
  std::vector<Comparator> kept;
  auto backwards = sorting_network(size);
  std::reverse(backwards.begin(), backwards.end());
  for (const auto step : backwards) {
    if (!wanted[step.low] && !wanted[step.high]) continue;
    wanted[step.low] = wanted[step.high] = true;
    kept.push_back(step);
  }
  std::reverse(kept.begin(), kept.end());
  return kept;
}

}  // namespace aura::dsp
