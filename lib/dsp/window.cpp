#include "aura/dsp/window.h"

#include <numbers>

namespace aura::dsp {

Eigen::ArrayXd periodic_hann(Eigen::Index size) {
  const double step = 2 * std::numbers::pi / static_cast<double>(size);
  return 0.5 -
         0.5 * (step * Eigen::ArrayXd::LinSpaced(size, 0, static_cast<double>(size - 1))).cos();
}

}  // namespace aura::dsp
