#pragma once

#include <Eigen/Core>

namespace aura::dsp {

/// Returns the matrix [count][size] of the orthonormal DCT-II of N = `size` values, up to
/// coefficient `count` - 1: y[k] = s(k) * sum over n of x[n] cos(pi k (2n + 1) / 2N), with s(0) =
/// sqrt(1 / N), else sqrt(2 / N). Thread-safe.
Eigen::MatrixXd dct2_matrix(Eigen::Index size, Eigen::Index count);

/// Returns the first `count` DCT-II coefficients of `values`. Thread-safe.
Eigen::ArrayXd dct2(const Eigen::ArrayXd& values, Eigen::Index count);

}  // namespace aura::dsp
