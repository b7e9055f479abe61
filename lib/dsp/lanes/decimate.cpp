#include "kernels.h"
#include "vector.h"

namespace aura::dsp::AURA_LANES {

void decimate(const Decimator& decimator, const float* samples, float* decimated) {
  constexpr std::size_t kBy = Decimator::kBy;
  constexpr std::size_t kReach = Decimator::kTaps / kBy;
  constexpr std::size_t kSize = Decimator::kInputs / kBy;
  // Every kBy-th sample from each of the first ones, so that what is multiplied by a tap, output
  // by output, lies in a row.
  float phases[kBy][kSize];
  for (std::size_t i = 0; i < kSize; ++i) {
    for (std::size_t phase = 0; phase < kBy; ++phase) phases[phase][i] = samples[kBy * i + phase];
  }
  for (std::size_t i = 0; i < Decimator::kOutputs; i += kFloats) {
    Floats sums[kBy] = {};
    for (std::size_t k = 0; k < kReach; ++k) {
      for (std::size_t phase = 0; phase < kBy; ++phase)
        sums[phase] += load(phases[phase] + i + k) * decimator.taps[kBy * k + phase];
    }
    store(decimated + i, (sums[0] + sums[1]) + (sums[2] + sums[3]));
  }
}

}  // namespace aura::dsp::AURA_LANES
