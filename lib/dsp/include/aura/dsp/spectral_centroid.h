#pragma once

#include <Eigen/Core>

namespace aura::dsp {

/// The mean frequency of a spectrum's bins, weighted by their `magnitude`; bin k stands for
/// k * `bin_width_hz`. 0 for a silent spectrum.
double spectral_centroid_hz(const Eigen::ArrayXd& magnitude, double bin_width_hz) noexcept;

}  // namespace aura::dsp
