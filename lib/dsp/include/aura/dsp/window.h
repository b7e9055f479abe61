#pragma once

#include <Eigen/Core>

namespace aura::dsp {

/// Returns the periodic Hann window of `size` samples, w[n] = 0.5 - 0.5 cos(2 pi n / size): one
/// period of the raised cosine without its repeated end. Windows a quarter of `size` apart add up
/// to a constant. Thread-safe.
Eigen::ArrayXd periodic_hann(Eigen::Index size);

}  // namespace aura::dsp
