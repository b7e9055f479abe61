#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

namespace aura::dsp {

/// What a band adds up: |X[k]|^2 of the bins from `first_bin` on, each by its weight.
struct MelFilter {
  Eigen::Index first_bin;
  Eigen::VectorXd weights;
};

/// Triangular filters, evenly spaced from 0 Hz to Nyquist on the mel scale of Slaney's Auditory
/// Toolbox (linear up to 1000 Hz, logarithmic above) and scaled to one area each, so that flat
/// power gives equal bands. One for each of `bands`, from the lowest up, over n_fft / 2 + 1 bins.
std::vector<MelFilter> mel_filterbank(int sample_rate_hz, std::size_t n_fft, std::size_t bands);

}  // namespace aura::dsp
