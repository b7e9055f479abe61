#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

// Vectors for the files of this folder. Each file is compiled once per instruction set, into the
// namespace AURA_LANES with registers of AURA_LANE_BYTES. The linker keeps a single copy of an
// inline function, whatever instruction set it was compiled for. So these files may share no inline
// function with other files: they include only library headers that declare types.
//
// Vectors are an extension of the compiler: operators work lane by lane.

namespace aura::dsp::AURA_LANES {

using Floats __attribute__((vector_size(AURA_LANE_BYTES))) = float;
using Ints __attribute__((vector_size(AURA_LANE_BYTES))) = std::int32_t;
using Doubles __attribute__((vector_size(AURA_LANE_BYTES))) = double;

constexpr std::size_t kFloats = sizeof(Floats) / sizeof(float);
constexpr std::size_t kDoubles = sizeof(Doubles) / sizeof(double);

/// The vector type of `Scalar`, and its variant without alignment.
template <typename Scalar>
struct VectorOf;

template <>
struct VectorOf<float> {
  using Type = Floats;
  using Anywhere __attribute__((vector_size(AURA_LANE_BYTES), aligned(4), may_alias)) = float;
};

template <>
struct VectorOf<double> {
  using Type = Doubles;
  using Anywhere __attribute__((vector_size(AURA_LANE_BYTES), aligned(8), may_alias)) = double;
};

template <typename Scalar>
inline auto load(const Scalar* from) {
  return typename VectorOf<Scalar>::Type(
      *reinterpret_cast<const typename VectorOf<Scalar>::Anywhere*>(from));
}

template <typename Scalar>
inline void store(Scalar* to, typename VectorOf<Scalar>::Type vector) {
  *reinterpret_cast<typename VectorOf<Scalar>::Anywhere*>(to) = vector;
}

/// As many floats as a vector has doubles.
using HalfFloats __attribute__((vector_size(AURA_LANE_BYTES / 2))) = float;
using HalfFloatsAnywhere __attribute__((vector_size(AURA_LANE_BYTES / 2), aligned(4), may_alias)) =
    float;

inline Doubles widened(const float* from) {
  return __builtin_convertvector(HalfFloats(*reinterpret_cast<const HalfFloatsAnywhere*>(from)),
                                 Doubles);
}

inline void store_narrowed(float* to, Doubles vector) {
  *reinterpret_cast<HalfFloatsAnywhere*>(to) = __builtin_convertvector(vector, HalfFloats);
}

template <typename Vector>
inline Vector greater_of(Vector a, Vector b) {
  return a > b ? a : b;
}

template <typename Vector>
inline Vector lesser_of(Vector a, Vector b) {
  return a < b ? a : b;
}

inline Floats all(float value) {
  return Floats{} + value;
}

/// Returns a vector whose lanes all equal lane kLane of `vector`.
template <std::size_t kLane>
inline Floats all_of_lane(Floats vector) {
  return []<std::size_t... kEach>(Floats from, std::index_sequence<kEach...>) {
    return __builtin_shufflevector(from, from, (kLane + 0 * kEach)...);
  }
  (vector, std::make_index_sequence<kFloats>());
}

}  // namespace aura::dsp::AURA_LANES
