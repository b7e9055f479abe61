#include "aura/dsp/dct.h"

#include <cmath>
#include <numbers>

namespace aura::dsp {

Eigen::ArrayXd dct2(const Eigen::ArrayXd& values, Eigen::Index count) {
  const auto size = static_cast<double>(values.size());
  const auto last = static_cast<double>(values.size() - 1);
  const Eigen::ArrayXd phase =
      (2 * Eigen::ArrayXd::LinSpaced(values.size(), 0, last) + 1) * (std::numbers::pi / (2 * size));
  Eigen::ArrayXd coefficients(count);
  for (Eigen::Index k = 0; k < count; ++k) {
    const double scale = std::sqrt((k == 0 ? 1 : 2) / size);
    coefficients[k] = scale * (values * (static_cast<double>(k) * phase).cos()).sum();
  }
  return coefficients;
}

}  // namespace aura::dsp
