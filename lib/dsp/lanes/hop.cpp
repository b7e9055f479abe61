#include "kernels.h"
#include "vector.h"

namespace aura::dsp::AURA_LANES {

HopMeasures measure_hop(const float* samples, std::size_t size) {
  constexpr float kZero = 1e-10F;
  HopMeasures hop{};
  // Loops that the compiler turns into vectors by itself; sums in double it may not reorder, so
  // they run in lanes here.
  for (std::size_t n = 0; n < size; ++n) {
    const float magnitude = __builtin_fabsf(samples[n]);
    hop.peak = magnitude > hop.peak ? magnitude : hop.peak;
  }
  for (std::size_t n = 0; n < size; ++n) {
    const bool before = samples[static_cast<std::ptrdiff_t>(n) - 1] < -kZero;
    hop.crossings += static_cast<std::uint32_t>(before != (samples[n] < -kZero));
  }
  double sums[kFloats] = {};
  std::size_t n = 0;
  for (; n + kFloats <= size; n += kFloats) {
    for (std::size_t lane = 0; lane < kFloats; ++lane) {
      const double sample = samples[n + lane];
      sums[lane] += sample * sample;
    }
  }
  for (; n < size; ++n) hop.energy += static_cast<double>(samples[n]) * samples[n];
  for (const double sum : sums) hop.energy += sum;
  return hop;
}

}  // namespace aura::dsp::AURA_LANES
