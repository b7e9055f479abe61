#include "aura/dsp/tempogram.h"

#include <cassert>
#include <complex>

#include "aura/base/error.h"
#include "aura/dsp/fft.h"
#include "aura/dsp/window.h"

namespace aura::dsp {
namespace {

/// `envelope` with `width` values more at each end, on a straight line from 0 to its end value.
Eigen::ArrayXd with_ramps(std::span<const float> envelope, std::size_t width) {
  const auto size = static_cast<Eigen::Index>(envelope.size());
  const auto ramp_size = static_cast<Eigen::Index>(width);
  const Eigen::ArrayXd ramp = Eigen::ArrayXd::LinSpaced(ramp_size + 1, 0, 1).head(ramp_size);
  Eigen::ArrayXd padded(size + 2 * ramp_size);
  padded << static_cast<double>(envelope.front()) * ramp,
      Eigen::Map<const Eigen::ArrayXf>(envelope.data(), size).cast<double>(),
      static_cast<double>(envelope.back()) * ramp.reverse();
  return padded;
}

/// The values of `padded` from `first` on under `window`, scaled so that their autocorrelation is 1
/// at lag 0; zeros stay zeros.
void take_frame(const Eigen::ArrayXd& padded, Eigen::Index first, const Eigen::ArrayXd& window,
                Eigen::ArrayXd& frame) {
  frame = window * padded.segment(first, window.size());
  const double norm = frame.matrix().norm();
  if (norm > 0) frame /= norm;
}

}  // namespace

Eigen::ArrayXd mean_tempogram(std::span<const float> onset_envelope, std::size_t win_length,
                              const std::stop_token& stop) {
  assert(!onset_envelope.empty() && win_length >= 2);
  const auto frames = static_cast<Eigen::Index>(onset_envelope.size());
  const auto window_size = static_cast<Eigen::Index>(win_length);
  const Eigen::ArrayXd window = periodic_hann(window_size);
  const Eigen::ArrayXd padded = with_ramps(onset_envelope, win_length / 2);

  // An autocorrelation is the transform of a power spectrum (Wiener and Khinchin), so a sum of
  // autocorrelations is that of the summed power spectra: one more transform for the whole track,
  // not one a frame. Zeros up to twice the window keep them from wrapping round. In double: where
  // nothing repeats, lags differ by less than what single precision tells apart.
  ComplexFft fft(next_fast_size(2 * win_length - 1));
  const auto fft_size = static_cast<Eigen::Index>(fft.size());
  Eigen::ArrayXcd in = Eigen::ArrayXcd::Zero(fft_size);
  Eigen::ArrayXcd out(fft_size);
  const auto transform = [&] { fft.forward({in.data(), fft.size()}, {out.data(), fft.size()}); };

  // Two frames share a transform, one as its real and one as its imaginary part: what they mix in
  // the power spectrum is odd, and an odd part becomes imaginary at the end, where only the real
  // one counts.
  Eigen::ArrayXd power = Eigen::ArrayXd::Zero(fft_size);
  Eigen::ArrayXd frame(window_size);
  for (Eigen::Index i = 0; i < frames; i += 2) {
    if (stop.stop_requested()) throw Stopped();
    take_frame(padded, i, window, frame);
    in.head(window_size).real() = frame;
    if (i + 1 < frames) {
      take_frame(padded, i + 1, window, frame);
    } else {
      frame.setZero();
    }
    in.head(window_size).imag() = frame;
    transform();
    power += out.abs2();
  }

  in = power.cast<std::complex<double>>();
  transform();
  return out.head(window_size).real() / static_cast<double>(fft_size * frames);
}

}  // namespace aura::dsp
