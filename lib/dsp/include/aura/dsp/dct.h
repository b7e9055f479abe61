#pragma once

#include <Eigen/Core>

namespace aura::dsp {

/// The first `count` coefficients of the orthonormal DCT-II of `values`:
/// y[k] = s(k) * sum over n of x[n] cos(pi k (2n + 1) / 2N), s(0) = sqrt(1 / N), else sqrt(2 / N).
Eigen::ArrayXd dct2(const Eigen::ArrayXd& values, Eigen::Index count);

}  // namespace aura::dsp
