#pragma once

#include <Eigen/Core>

namespace aura::dsp {

/// What takes N = `size` values to the first `count` coefficients of their orthonormal DCT-II,
/// [count][size]: y[k] = s(k) * sum over n of x[n] cos(pi k (2n + 1) / 2N), s(0) = sqrt(1 / N),
/// else sqrt(2 / N).
Eigen::MatrixXd dct2_matrix(Eigen::Index size, Eigen::Index count);

/// The first `count` of these coefficients of `values`.
Eigen::ArrayXd dct2(const Eigen::ArrayXd& values, Eigen::Index count);

}  // namespace aura::dsp
