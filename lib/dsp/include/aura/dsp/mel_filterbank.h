#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

namespace aura::dsp {

/// A band: the weighted sum of |X[k]|^2 from `first_bin` on, one weight per bin.
struct MelFilter {
  Eigen::Index first_bin;
  Eigen::VectorXd weights;
};

/// Returns `bands` triangular filters over n_fft / 2 + 1 bins, lowest first. They are evenly spaced
/// from 0 Hz to Nyquist on the mel scale of Slaney's Auditory Toolbox: linear up to 1000 Hz,
/// logarithmic above. Each has the same area, so flat power gives equal bands. Thread-safe.
std::vector<MelFilter> mel_filterbank(int sample_rate_hz, std::size_t n_fft, std::size_t bands);

}  // namespace aura::dsp
