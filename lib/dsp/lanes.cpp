#include "aura/dsp/lanes.h"

#include <array>

namespace aura::dsp {

// lanes/table.cpp, as it is compiled for each.
namespace baseline {
extern const Lanes kLanes;
}
#ifdef AURA_X86
namespace avx2 {
extern const Lanes kLanes;
}
namespace avx512 {
extern const Lanes kLanes;
}
#endif

namespace {

struct Usable {
  std::array<const Lanes*, 3> lanes{&baseline::kLanes};
  std::size_t count = 1;

  Usable() noexcept {
#ifdef AURA_X86
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return;
    lanes[count++] = &avx2::kLanes;
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512dq")) return;
    lanes[count++] = &avx512::kLanes;
#endif
  }
};

}  // namespace

std::span<const Lanes* const> usable_lanes() noexcept {
  static const Usable usable;
  return std::span(usable.lanes).first(usable.count);
}

const Lanes& fastest_lanes() noexcept {
  return *usable_lanes().back();
}

}  // namespace aura::dsp
