#include "aura/dsp/real_fft_tables.h"

#include <cassert>
#include <cmath>
#include <numbers>

namespace aura::dsp {
namespace {

/// Appends exp(-2 pi i `numerator` / `denominator`).
void push_root(std::vector<double>& roots, std::size_t numerator, std::size_t denominator) {
  const double angle =
      -2 * std::numbers::pi * static_cast<double>(numerator) / static_cast<double>(denominator);
  roots.push_back(std::cos(angle));
  roots.push_back(std::sin(angle));
}

/// Where a transform of `size` values by four, and by two at last, leaves its bin k.
std::size_t place_of(std::size_t k, std::size_t size) {
  if (size <= 2) return k;
  return k % 4 * (size / 4) + place_of(k / 4, size / 4);
}

}  // namespace

RealFftTables::RealFftTables(std::size_t size) {
  assert(size >= 8 && (size & (size - 1)) == 0);
  const std::size_t complex_size = size / 2;
  for (std::size_t part = complex_size; part > 2; part /= 4) {
    for (std::size_t k = 0; k < part / 4; ++k) {
      for (std::size_t j = 1; j < 4; ++j) push_root(roots_, j * k, part);
    }
  }
  for (std::size_t k = 0; k <= complex_size / 2; ++k) push_root(half_roots_, k, size);
  for (std::size_t k = 0; k < complex_size; ++k) {
    order_.push_back(static_cast<std::uint32_t>(place_of(k, complex_size)));
  }
}

}  // namespace aura::dsp
