#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

namespace aura::dsp {

/// Triangular filters, evenly spaced from 0 Hz to Nyquist on the mel scale of Slaney's Auditory
/// Toolbox (linear up to 1000 Hz, logarithmic above) and scaled to one area each, so that flat
/// power gives equal bands. Only the bins under each triangle are held. Unchanging once built: any
/// thread may use it.
class MelFilterbank {
 public:
  MelFilterbank(int sample_rate_hz, std::size_t n_fft, std::size_t bands);

  /// `power` is |X[k]|^2 of n_fft / 2 + 1 bins; `mel_power` gets the weighted sum of each band.
  void apply(const Eigen::ArrayXd& power, std::span<double> mel_power) const noexcept;

  std::size_t bands() const noexcept { return bands_.size(); }

  struct Filter {
    Eigen::Index first_bin;
    Eigen::VectorXd weights;  ///< Of that bin and those that follow.
  };
  const std::vector<Filter>& filters() const noexcept { return bands_; }

 private:
  std::vector<Filter> bands_;
};

}  // namespace aura::dsp
