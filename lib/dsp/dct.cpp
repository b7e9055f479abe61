#include "aura/dsp/dct.h"

#include <cmath>
#include <numbers>

namespace aura::dsp {

Eigen::MatrixXd dct2_matrix(Eigen::Index size, Eigen::Index count) {
  const auto values = static_cast<double>(size);
  const Eigen::ArrayXd phase =
      (2 * Eigen::ArrayXd::LinSpaced(size, 0, values - 1) + 1) * (std::numbers::pi / (2 * values));
  Eigen::MatrixXd matrix(count, size);
  for (Eigen::Index k = 0; k < count; ++k) {
    const double scale = std::sqrt((k == 0 ? 1 : 2) / values);
    matrix.row(k) = scale * (static_cast<double>(k) * phase).cos();
  }
  return matrix;
}

Eigen::ArrayXd dct2(const Eigen::ArrayXd& values, Eigen::Index count) {
  return dct2_matrix(values.size(), count) * values.matrix();
}

}  // namespace aura::dsp
