#include "aura/dsp/lanes.h"

#include <array>

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

namespace {

struct Usable {
  std::array<const Lanes*, 3> lanes{&baseline::lanes()};
  std::size_t count = 1;

  Usable() noexcept {
#ifdef AURA_X86
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return;
    lanes[count++] = &avx2::lanes();
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512dq")) return;
    lanes[count++] = &avx512::lanes();
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
