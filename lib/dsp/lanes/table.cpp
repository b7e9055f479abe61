#include "kernels.h"
#include "vector.h"

namespace aura::dsp::AURA_LANES {

#define AURA_NAME_OF(x) #x
#define AURA_NAME(x) AURA_NAME_OF(x)

const Lanes& lanes() noexcept {
  static constexpr Lanes kLanes{
      .name = AURA_NAME(AURA_LANES),
      .floats = kFloats,
      .doubles = kDoubles,
      .measure_hop = measure_hop,
      .power_spectra = power_spectra,
      .measure_spectra = measure_spectra,
      .mel_bands = mel_bands,
      .median_rises = median_rises,
      .add_normalised_power = add_normalised_power,
      .filtered_energies = filtered_energies,
      .interpolated_peak = interpolated_peak,
      .decimate = decimate,
  };
  return kLanes;
}

}  // namespace aura::dsp::AURA_LANES
