#pragma once

#include "aura/dsp/lanes.h"
#include "vector.h"

namespace aura::dsp::AURA_LANES {

/// A row of complex values as it lies in memory: the real parts, then the imaginary ones.
template <typename Scalar>
struct ComplexRow {
  using Vector = typename VectorOf<Scalar>::Type;
  Vector re;
  Vector im;

  static ComplexRow at(const Scalar* rows, std::size_t index) {
    constexpr std::size_t kLanes = sizeof(Vector) / sizeof(Scalar);
    const Scalar* row = rows + 2 * kLanes * index;
    return {load(row), load(row + kLanes)};
  }
  void put(Scalar* rows, std::size_t index) const {
    constexpr std::size_t kLanes = sizeof(Vector) / sizeof(Scalar);
    Scalar* row = rows + 2 * kLanes * index;
    store(row, re);
    store(row + kLanes, im);
  }
  /// Times the complex number at `root`.
  ComplexRow times(const Scalar* root) const {
    return {re * root[0] - im * root[1], re * root[1] + im * root[0]};
  }
  friend ComplexRow operator+(ComplexRow a, ComplexRow b) { return {a.re + b.re, a.im + b.im}; }
  friend ComplexRow operator-(ComplexRow a, ComplexRow b) { return {a.re - b.re, a.im - b.im}; }
};

/// The discrete Fourier transform of `size` complex rows, in place: decimation in frequency by four
/// (Gentleman and Sande, "Fast Fourier transforms for fun and profit", 1966). Each quarter is
/// finished before the next is begun, so that it stays in the cache. Leaves bin 4k + j in quarter
/// j, there where the quarter's own transform leaves its bin k.
template <typename Scalar>
void transform(Scalar* rows, std::size_t size, const Scalar* roots) {
  using Row = ComplexRow<Scalar>;
  if (size == 2) {
    const Row a = Row::at(rows, 0);
    const Row b = Row::at(rows, 1);
    (a + b).put(rows, 0);
    (a - b).put(rows, 1);
    return;
  }
  const std::size_t quarter = size / 4;
  for (std::size_t k = 0; k < quarter; ++k) {
    const Row a = Row::at(rows, k);
    const Row b = Row::at(rows, k + quarter);
    const Row c = Row::at(rows, k + 2 * quarter);
    const Row d = Row::at(rows, k + 3 * quarter);
    const Row even_sum = a + c;
    const Row even_rest = a - c;
    const Row odd_sum = b + d;
    const Row odd_rest{b.im - d.im, d.re - b.re};  // -i (b - d)
    const Scalar* root = roots + 6 * k;
    (even_sum + odd_sum).put(rows, k);
    (even_rest + odd_rest).times(root).put(rows, k + quarter);
    (even_sum - odd_sum).times(root + 2).put(rows, k + 2 * quarter);
    (even_rest - odd_rest).times(root + 4).put(rows, k + 3 * quarter);
  }
  if (quarter == 1) return;
  const std::size_t step = sizeof(typename Row::Vector) / sizeof(Scalar) * 2 * quarter;
  for (std::size_t j = 0; j < 4; ++j) transform(rows + j * step, quarter, roots + 6 * quarter);
}

/// Transforms 2 * plan.size rows of real values, even ones taken as real and odd ones as imaginary
/// parts, and calls `emit` with each bin k and its |X[k]|^2, 0 <= k <= plan.size.
template <typename Scalar, typename Emit>
void real_power(const RealFftPlan<Scalar>& plan, Scalar* values, Emit emit) {
  using Row = ComplexRow<Scalar>;
  const auto norm = [](Row row) { return row.re * row.re + row.im * row.im; };
  transform(values, plan.size, plan.roots);
  const Row first = Row::at(values, 0);
  emit(0, (first.re + first.im) * (first.re + first.im));
  emit(plan.size, (first.re - first.im) * (first.re - first.im));
  const std::size_t middle = plan.size / 2;
  emit(middle, norm(Row::at(values, plan.order[middle])));
  for (std::size_t k = 1; k < middle; ++k) {
    const Row a = Row::at(values, plan.order[k]);
    const Row b = Row::at(values, plan.order[plan.size - k]);
    // Twice the transforms of the even values and of the odd ones, the second turned into place.
    const Row even{a.re + b.re, a.im - b.im};
    const Row odd = Row{a.im + b.im, b.re - a.re}.times(plan.half_roots + 2 * k);
    emit(k, norm(even + odd) * Scalar{0.25});
    emit(plan.size - k, norm(even - odd) * Scalar{0.25});
  }
}

}  // namespace aura::dsp::AURA_LANES
