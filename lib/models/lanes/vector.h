#pragma once

#include <cstddef>
#include <utility>

#include "aura/models/lanes.h"

// Vectors for the files of this folder. As in lib/dsp/lanes, each file is compiled once per
// instruction set, into the namespace AURA_LANES with registers of AURA_LANE_BYTES. These files may
// share no inline function with other files: the linker keeps a single copy of it, whatever
// instruction set that was compiled for.

namespace aura::models::AURA_LANES {

using Floats __attribute__((vector_size(AURA_LANE_BYTES))) = float;
using FloatsAnywhere __attribute__((vector_size(AURA_LANE_BYTES), aligned(4), may_alias)) = float;

constexpr std::size_t kFloats = sizeof(Floats) / sizeof(float);

inline Floats load(const float* from) {
  return Floats(*reinterpret_cast<const FloatsAnywhere*>(from));
}

inline void store(float* to, Floats vector) {
  *reinterpret_cast<FloatsAnywhere*>(to) = vector;
}

inline Floats all(float value) {
  return Floats{} + value;
}

inline Floats greater_of(Floats a, Floats b) {
  return a > b ? a : b;
}

template <typename Vector, std::size_t... kEach>
inline auto halves_added(Vector vector, std::index_sequence<kEach...> /*half*/) {
  return __builtin_shufflevector(vector, vector, kEach...) +
         __builtin_shufflevector(vector, vector, (kEach + sizeof...(kEach))...);
}

/// The sum of all lanes: of halves, of quarters and so on.
template <typename Vector>
inline float sum_of(Vector vector) {
  constexpr std::size_t kLanes = sizeof(Vector) / sizeof(float);
  if constexpr (kLanes > 4) {
    return sum_of(halves_added(vector, std::make_index_sequence<kLanes / 2>()));
  } else {
    return (vector[0] + vector[2]) + (vector[1] + vector[3]);
  }
}

/// Sixteen floats, in as many registers as that takes: what is summed in them is summed in the same
/// order with every instruction set.
struct Row {
  static constexpr std::size_t kParts = Lanes::kRow / kFloats;
  Floats parts[kParts];

  void add_product(const float* a, const float* b) {
    for (std::size_t i = 0; i < kParts; ++i)
      parts[i] += load(a + i * kFloats) * load(b + i * kFloats);
  }
  void add(const float* from) {
    for (std::size_t i = 0; i < kParts; ++i) parts[i] += load(from + i * kFloats);
  }
  float sum() const {
    Floats total[kParts];
    for (std::size_t i = 0; i < kParts; ++i) total[i] = parts[i];
    for (std::size_t half = kParts / 2; half > 0; half /= 2) {
      for (std::size_t i = 0; i < half; ++i) total[i] += total[i + half];
    }
    return sum_of(total[0]);
  }
};

}  // namespace aura::models::AURA_LANES
