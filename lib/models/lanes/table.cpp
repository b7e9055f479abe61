#include "kernels.h"

namespace aura::models::AURA_LANES {

#define AURA_NAME_OF(x) #x
#define AURA_NAME(x) AURA_NAME_OF(x)

const Lanes& lanes() noexcept {
  static constexpr Lanes kLanes{
      .name = AURA_NAME(AURA_LANES),
      .convolve = convolve,
      .pool = pool,
      .dense = dense,
      .resample = resample,
      .convolve_grid = convolve_grid,
      .activate = activate,
      .dilated_sigmoid = dilated_sigmoid,
      .fourier = fourier,
  };
  return kLanes;
}

}  // namespace aura::models::AURA_LANES
