#include "aura/dsp/spectral_centroid.h"

namespace aura::dsp {

double spectral_centroid_hz(const Eigen::ArrayXd& magnitude, double bin_width_hz) noexcept {
  const double total = magnitude.sum();
  if (total <= 0) return 0;
  const auto bins =
      Eigen::ArrayXd::LinSpaced(magnitude.size(), 0, static_cast<double>(magnitude.size() - 1));
  return bin_width_hz * (bins * magnitude).sum() / total;
}

}  // namespace aura::dsp
