#include "aura/dsp/spectrum.h"

#include <cassert>

#include "aura/dsp/window.h"

namespace aura::dsp {

Spectrum::Spectrum(std::size_t n_fft)
    : fft_(n_fft),
      window_(periodic_hann(static_cast<Eigen::Index>(n_fft)).cast<float>()),
      windowed_(window_.size()),
      bins_(n_fft / 2 + 1),
      power_(static_cast<Eigen::Index>(bins_.size())),
      magnitude_(power_.size()) {}

void Spectrum::analyse(std::span<const float> frame) noexcept {
  assert(frame.size() == fft_.size());
  windowed_ = window_ * Eigen::Map<const Eigen::ArrayXf>(frame.data(), window_.size());
  fft_.forward({windowed_.data(), fft_.size()}, bins_);
  // Squares in double: in float those of a fading tail, below 1e-19, would be lost, and a centroid
  // doesn't care how faint its frame is.
  for (std::size_t k = 0; k < bins_.size(); ++k) {
    const double re = bins_[k].real();
    const double im = bins_[k].imag();
    power_[static_cast<Eigen::Index>(k)] = re * re + im * im;
  }
  magnitude_ = power_.sqrt();
}

}  // namespace aura::dsp
