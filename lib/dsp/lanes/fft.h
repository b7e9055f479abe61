#pragma once

#include "aura/dsp/lanes.h"
#include "vector.h"

namespace aura::dsp::AURA_LANES {

/// A row of complex values as it lies in memory: the real parts, then the imaginary ones.
struct ComplexRow {
  Doubles re;
  Doubles im;

  static ComplexRow at(const double* rows, std::size_t index) {
    const double* row = rows + 2 * kDoubles * index;
    return {load(row), load(row + kDoubles)};
  }
  void put(double* rows, std::size_t index) const {
    double* row = rows + 2 * kDoubles * index;
    store(row, re);
    store(row + kDoubles, im);
  }
  /// Times the complex number at `root`.
  ComplexRow times(const double* root) const {
    return {re * root[0] - im * root[1], re * root[1] + im * root[0]};
  }
  friend ComplexRow operator+(ComplexRow a, ComplexRow b) { return {a.re + b.re, a.im + b.im}; }
  friend ComplexRow operator-(ComplexRow a, ComplexRow b) { return {a.re - b.re, a.im - b.im}; }
};

/// The discrete Fourier transform of `size` complex rows, in place: decimation in frequency by four
/// (Gentleman and Sande, "Fast Fourier transforms for fun and profit", 1966). Each quarter is
/// finished before the next is begun, so that it stays in the cache. Leaves bin 4k + j in quarter
/// j, there where the quarter's own transform leaves its bin k.
inline void transform(double* rows, std::size_t size, const double* roots) {
  if (size == 2) {
    const ComplexRow a = ComplexRow::at(rows, 0);
    const ComplexRow b = ComplexRow::at(rows, 1);
    (a + b).put(rows, 0);
    (a - b).put(rows, 1);
    return;
  }
  const std::size_t quarter = size / 4;
  for (std::size_t k = 0; k < quarter; ++k) {
    const ComplexRow a = ComplexRow::at(rows, k);
    const ComplexRow b = ComplexRow::at(rows, k + quarter);
    const ComplexRow c = ComplexRow::at(rows, k + 2 * quarter);
    const ComplexRow d = ComplexRow::at(rows, k + 3 * quarter);
    const ComplexRow even_sum = a + c;
    const ComplexRow even_rest = a - c;
    const ComplexRow odd_sum = b + d;
    const ComplexRow odd_rest{b.im - d.im, d.re - b.re};  // -i (b - d)
    const double* root = roots + 6 * k;
    (even_sum + odd_sum).put(rows, k);
    (even_rest + odd_rest).times(root).put(rows, k + quarter);
    (even_sum - odd_sum).times(root + 2).put(rows, k + 2 * quarter);
    (even_rest - odd_rest).times(root + 4).put(rows, k + 3 * quarter);
  }
  if (quarter == 1) return;
  const std::size_t step = 2 * kDoubles * quarter;
  for (std::size_t j = 0; j < 4; ++j) transform(rows + j * step, quarter, roots + 6 * quarter);
}

/// Transforms 2 * plan.size rows of real values, even ones taken as real and odd ones as imaginary
/// parts, and calls `emit` with each bin k and its |X[k]|^2, 0 <= k <= plan.size.
template <typename Emit>
void real_power(const RealFftPlan& plan, double* values, Emit emit) {
  const auto norm = [](ComplexRow row) { return row.re * row.re + row.im * row.im; };
  transform(values, plan.size, plan.roots);
  const ComplexRow first = ComplexRow::at(values, 0);
  emit(0, (first.re + first.im) * (first.re + first.im));
  emit(plan.size, (first.re - first.im) * (first.re - first.im));
  const std::size_t middle = plan.size / 2;
  emit(middle, norm(ComplexRow::at(values, plan.order[middle])));
  for (std::size_t k = 1; k < middle; ++k) {
    const ComplexRow a = ComplexRow::at(values, plan.order[k]);
    const ComplexRow b = ComplexRow::at(values, plan.order[plan.size - k]);
    // Twice the transforms of the even values and of the odd ones, the second turned into place.
    const ComplexRow even{a.re + b.re, a.im - b.im};
    const ComplexRow odd = ComplexRow{a.im + b.im, b.re - a.re}.times(plan.half_roots + 2 * k);
    emit(k, norm(even + odd) * 0.25);
    emit(plan.size - k, norm(even - odd) * 0.25);
  }
}

}  // namespace aura::dsp::AURA_LANES
