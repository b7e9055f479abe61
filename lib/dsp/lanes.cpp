#include "aura/dsp/lanes.h"

#include "aura/base/usable_lanes.h"

namespace aura::dsp {

// lanes/table.cpp, as it is compiled for each.
namespace baseline {
const Lanes& lanes() noexcept;
}
#ifdef AURA_X86
namespace avx2 {
const Lanes& lanes() noexcept;
}
namespace avx512 {
const Lanes& lanes() noexcept;
}
#endif

std::span<const Lanes* const> usable_lanes() noexcept {
  static const UsableLanes<Lanes> usable{baseline::lanes
#ifdef AURA_X86
                                         ,
                                         avx2::lanes, avx512::lanes
#endif
  };
  return usable.all();
}

const Lanes& fastest_lanes() noexcept {
  return *usable_lanes().back();
}

}  // namespace aura::dsp
