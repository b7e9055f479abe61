#pragma once

#include "aura/dsp/lanes.h"
#include "vector.h"

namespace aura::dsp::AURA_LANES {

/// A row of complex values. In memory the real parts come first, then the imaginary parts.
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
  /// Returns the product with the complex number at `root`.
  ComplexRow times(const double* root) const {
    return {re * root[0] - im * root[1], re * root[1] + im * root[0]};
  }
  friend ComplexRow operator+(ComplexRow a, ComplexRow b) { return {a.re + b.re, a.im + b.im}; }
  friend ComplexRow operator-(ComplexRow a, ComplexRow b) { return {a.re - b.re, a.im - b.im}; }
};

/// The transform of four rows.
struct Four {
  ComplexRow bins[4];

  static Four of(ComplexRow a, ComplexRow b, ComplexRow c, ComplexRow d) {
    const ComplexRow even_sum = a + c;
    const ComplexRow even_rest = a - c;
    const ComplexRow odd_sum = b + d;
    const ComplexRow odd_rest{b.im - d.im, d.re - b.re};  // -i (b - d)
    return {{even_sum + odd_sum, even_rest + odd_rest, even_sum - odd_sum, even_rest - odd_rest}};
  }
};

/// Does a pass of the transform of `size` complex rows by decimation in frequency (Gentleman and
/// Sande, "Fast Fourier transforms for fun and profit", 1966). Combines row k from `read` with the
/// rows one, two and three quarters later, and writes all four to their places in `rows`. The
/// transforms of the quarters are then bins 4k, 4k + 1, 4k + 2 and 4k + 3 of the whole.
template <typename Read>
void split_by_four(const Read& read, double* rows, std::size_t size, const double* roots) {
  const std::size_t quarter = size / 4;
  for (std::size_t k = 0; k < quarter; ++k, roots += 6) {
    const Four four =
        Four::of(read(k), read(k + quarter), read(k + 2 * quarter), read(k + 3 * quarter));
    four.bins[0].put(rows, k);
    four.bins[1].times(roots).put(rows, k + quarter);
    four.bins[2].times(roots + 2).put(rows, k + 2 * quarter);
    four.bins[3].times(roots + 4).put(rows, k + 3 * quarter);
  }
}

/// Transforms each quarter of `size` rows in place, with all remaining passes. Finishes a quarter
/// before it begins the next, so that the quarter stays in the cache.
inline void transform_quarters(double* rows, std::size_t size, const double* roots) {
  const std::size_t quarter = size / 4;
  for (double* part = rows; part != rows + 2 * kDoubles * size; part += 2 * kDoubles * quarter) {
    const auto read = [part](std::size_t k) { return ComplexRow::at(part, k); };
    if (quarter == 2) {
      const ComplexRow a = read(0);
      const ComplexRow b = read(1);
      (a + b).put(part, 0);
      (a - b).put(part, 1);
    } else if (quarter == 4) {
      const Four four = Four::of(read(0), read(1), read(2), read(3));
      for (std::size_t k = 0; k < 4; ++k) four.bins[k].put(part, k);
    } else if (quarter > 4) {
      split_by_four(read, part, quarter, roots + 6 * quarter);
      transform_quarters(part, quarter, roots + 6 * quarter);
    }
  }
}

/// Transforms 2 * plan.size rows of real values and calls `emit` with each bin k and its |X[k]|^2,
/// 0 <= k <= plan.size, in no order. `read` returns rows 2k and 2k + 1 as real and imaginary part
/// of complex row k. `values` is scratch space, [2 * plan.size][doubles].
template <typename Read, typename Emit>
void real_power(const RealFftPlan& plan, const Read& read, double* values, const Emit& emit) {
  const auto norm = [](ComplexRow row) { return row.re * row.re + row.im * row.im; };
  split_by_four(read, values, plan.size, plan.roots);
  transform_quarters(values, plan.size, plan.roots);
  const ComplexRow first = ComplexRow::at(values, 0);
  emit(0, (first.re + first.im) * (first.re + first.im));
  emit(plan.size, (first.re - first.im) * (first.re - first.im));
  const std::size_t middle = plan.size / 2;
  emit(middle, norm(ComplexRow::at(values, plan.order[middle])));
  for (std::size_t k = 1; k < middle; ++k) {
    const ComplexRow a = ComplexRow::at(values, plan.order[k]);
    const ComplexRow b = ComplexRow::at(values, plan.order[plan.size - k]);
    // Twice the transforms of even and odd values; the odd one is rotated into place.
    const ComplexRow even{a.re + b.re, a.im - b.im};
    const ComplexRow odd = ComplexRow{a.im + b.im, b.re - a.re}.times(plan.half_roots + 2 * k);
    emit(k, norm(even + odd) * 0.25);
    emit(plan.size - k, norm(even - odd) * 0.25);
  }
}

}  // namespace aura::dsp::AURA_LANES
