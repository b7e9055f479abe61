#include "aura/dsp/rms.h"

#include <Eigen/Core>
#include <cmath>

namespace aura::dsp {

double rms(std::span<const float> frame) noexcept {
  const Eigen::Map<const Eigen::ArrayXf> samples(frame.data(),
                                                 static_cast<Eigen::Index>(frame.size()));
  return std::sqrt(samples.cast<double>().square().mean());
}

}  // namespace aura::dsp
