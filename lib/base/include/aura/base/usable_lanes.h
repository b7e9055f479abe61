#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <span>

namespace aura {

/// The tables of inner loops that this processor runs. A module compiles its loops once for each
/// instruction set: the baseline, AVX2 with FMA, AVX-512 F and DQ. Immutable, so thread-safe.
template <class Lanes>
class UsableLanes {
 public:
  /// Takes what returns the table of each instruction set, in that order, and calls only what the
  /// processor runs. There may be fewer: elsewhere than on x86-64 the baseline is all.
  explicit UsableLanes(std::initializer_list<const Lanes& (*)() noexcept> tables) noexcept {
    for (const auto table : tables) {
      if (!is_usable(count_)) break;
      lanes_[count_++] = &table();
    }
  }

  /// Returns the tables, fastest last; at least the baseline's.
  std::span<const Lanes* const> all() const noexcept { return std::span(lanes_).first(count_); }

 private:
  static constexpr std::size_t kInstructionSets = 3;

  static bool is_usable([[maybe_unused]] std::size_t place) noexcept {
#ifdef __x86_64__
    if (place == 1) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (place == 2) return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
#endif
    return place < kInstructionSets;
  }

  std::array<const Lanes*, kInstructionSets> lanes_{};
  std::size_t count_ = 0;
};

}  // namespace aura
