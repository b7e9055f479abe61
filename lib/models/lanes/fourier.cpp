#include "kernels.h"
#include "vector.h"

namespace aura::models::AURA_LANES {
namespace {

constexpr std::size_t kSide = FourierTables::kSide;

/// Complex values of as many columns as a vector has lanes.
struct Complexes {
  Floats re;
  Floats im;

  Complexes times(Floats root_re, Floats root_im) const {
    return {re * root_re - im * root_im, re * root_im + im * root_re};
  }
  /// Times -i.
  Complexes turned() const { return {im, -re}; }
  friend Complexes operator+(Complexes a, Complexes b) { return {a.re + b.re, a.im + b.im}; }
  friend Complexes operator-(Complexes a, Complexes b) { return {a.re - b.re, a.im - b.im}; }
};

inline void transform_four(Complexes a, Complexes b, Complexes c, Complexes d, Complexes* bins) {
  const Complexes even = a - c;
  const Complexes odd = (b - d).turned();
  bins[0] = (a + c) + (b + d);
  bins[2] = even + odd;
  bins[4] = (a + c) - (b + d);
  bins[6] = even - odd;
}

inline void transform_eight(Complexes (&x)[8]) {
  const Floats half_root = all(0.70710678F);
  const Complexes rest[4] = {x[0] - x[4], x[1] - x[5], x[2] - x[6], x[3] - x[7]};
  Complexes bins[8];
  transform_four(x[0] + x[4], x[1] + x[5], x[2] + x[6], x[3] + x[7], bins);
  transform_four(rest[0], rest[1].times(half_root, -half_root), rest[2].turned(),
                 rest[3].times(-half_root, -half_root), bins + 1);
  for (std::size_t i = 0; i < 8; ++i) x[i] = bins[i];
}

/// Transforms all columns of `re` and `im` [kSide][kSide], as eight times eight rows (J. Cooley and
/// J. Tukey, "An algorithm for the machine calculation of complex Fourier series", 1965). Turns the
/// results by `turns` if there are any.
void transform_columns(const FourierTables& tables, const float* turns, float* re, float* im) {
  for (std::size_t column = 0; column < kSide; column += kFloats) {
    Complexes rows[kSide];
    for (std::size_t a = 0; a < 8; ++a) {
      Complexes x[8];
      for (std::size_t b = 0; b < 8; ++b) {
        const std::size_t at = (a + 8 * b) * kSide + column;
        x[b] = {load(re + at), load(im + at)};
      }
      transform_eight(x);
      for (std::size_t c = 0; c < 8; ++c) {
        const float* root = tables.roots + 2 * (8 * a + c);
        rows[8 * c + a] = x[c].times(all(root[0]), all(root[1]));
      }
    }
    for (std::size_t c = 0; c < 8; ++c) {
      Complexes x[8];
      for (std::size_t a = 0; a < 8; ++a) x[a] = rows[8 * c + a];
      transform_eight(x);
      for (std::size_t d = 0; d < 8; ++d) {
        const std::size_t at = (c + 8 * d) * kSide + column;
        if (turns != nullptr)
          x[d] = x[d].times(load(turns + at), load(turns + FourierTables::kSize + at));
        store(re + at, x[d].re);
        store(im + at, x[d].im);
      }
    }
  }
}

void transpose(float* square) {
  for (std::size_t row = 0; row < kSide; ++row) {
    for (std::size_t column = 0; column < row; ++column) {
      const float kept = square[row * kSide + column];
      square[row * kSide + column] = square[column * kSide + row];
      square[column * kSide + row] = kept;
    }
  }
}

}  // namespace

void fourier(const FourierTables& tables, float* re, float* im) {
  transform_columns(tables, tables.turns, re, im);
  transpose(re);
  transpose(im);
  transform_columns(tables, nullptr, re, im);
}

}  // namespace aura::models::AURA_LANES
