#pragma once

#include <Eigen/Core>

namespace aura::dsp {

/// The frequency of the first bin up to which 85 % of a spectrum's summed `magnitude` lies; bin k
/// stands for k * `bin_width_hz`. 0 for a silent spectrum.
double spectral_rolloff_hz(const Eigen::ArrayXd& magnitude, double bin_width_hz) noexcept;

}  // namespace aura::dsp
