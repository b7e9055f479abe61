#include "aura/dsp/spectral_rolloff.h"

namespace aura::dsp {

double spectral_rolloff_hz(const Eigen::ArrayXd& magnitude, double bin_width_hz) noexcept {
  constexpr double kShare = 0.85;
  const double threshold = kShare * magnitude.sum();
  double sum = magnitude[0];
  Eigen::Index bin = 0;
  while (sum < threshold && bin + 1 < magnitude.size()) sum += magnitude[++bin];
  return bin_width_hz * static_cast<double>(bin);
}

}  // namespace aura::dsp
