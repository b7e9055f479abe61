#pragma once

#include <Eigen/Core>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "aura/dsp/fft.h"

namespace aura::dsp {

/// One column of the short-time Fourier transform: a frame under the periodic Hann window,
/// transformed. Allocates only in its constructor; one thread at a time.
class Spectrum {
 public:
  /// `n_fft`, the length of a frame, is even.
  explicit Spectrum(std::size_t n_fft);

  /// Takes a frame of `n_fft` samples, each of a magnitude up to 1e30.
  void analyse(std::span<const float> frame) noexcept;

  /// |X[k]|^2 and |X[k]| of the n_fft / 2 + 1 bins of the frame last analysed. The transform is
  /// unscaled: a sine of amplitude a on the centre of a bin gives that bin the magnitude a * n_fft
  /// / 4.
  const Eigen::ArrayXd& power() const noexcept { return power_; }
  const Eigen::ArrayXd& magnitude() const noexcept { return magnitude_; }

 private:
  RealFft fft_;
  Eigen::ArrayXf window_;
  Eigen::ArrayXf windowed_;
  std::vector<std::complex<float>> bins_;
  Eigen::ArrayXd power_;
  Eigen::ArrayXd magnitude_;
};

}  // namespace aura::dsp
