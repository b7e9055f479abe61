#include "aura/dsp/autocorrelation.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

#include "aura/base/error.h"
#include "aura/dsp/fft.h"

namespace aura::dsp {

Eigen::ArrayXd mean_autocorrelation(std::span<const float> curve, std::size_t window,
                                    std::size_t lags, const std::stop_token& stop) {
  assert(window >= 2 && lags <= window);
  // An autocorrelation is the transform of a power spectrum, so a sum of them is that of the summed
  // spectra; zeros keep it from wrapping round. Two windows share a transform, one as its real and
  // one as its imaginary part: what they add to each other's power is odd over the bins, so it
  // comes out imaginary and is dropped.
  const std::size_t size = std::bit_ceil(2 * window);
  ComplexFft fft(size);
  Eigen::ArrayXcd in(static_cast<Eigen::Index>(size));
  Eigen::ArrayXcd out(in.size());
  Eigen::ArrayXd power = Eigen::ArrayXd::Zero(in.size());
  const auto fill = [&](std::size_t begin, auto&& part) {
    const auto values = curve.subspan(begin, std::min(window, curve.size() - begin));
    double mean = 0;
    for (const float value : values) mean += static_cast<double>(value);
    mean /= static_cast<double>(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      part(static_cast<Eigen::Index>(i)) = static_cast<double>(values[i]) - mean;
    }
  };
  const std::size_t step = window / 2;
  // A last window that is less than half full would be nothing but the end of the one before.
  const std::size_t windows = curve.size() <= window ? 1 : 1 + (curve.size() - step - 1) / step;
  for (std::size_t i = 0; i < windows && !curve.empty(); i += 2) {
    if (stop.stop_requested()) throw Stopped();
    in.setZero();
    fill(i * step, in.real());
    if (i + 1 < windows) fill((i + 1) * step, in.imag());
    fft.forward({in.data(), size}, {out.data(), size});
    power += out.abs2();
  }

  in = power.cast<std::complex<double>>();
  fft.forward({in.data(), size}, {out.data(), size});
  const auto count = static_cast<Eigen::Index>(lags);
  // Of curves that are constant but for rounding, nothing is left.
  constexpr double kNothing = 1e-9;
  if (out(0).real() <= kNothing * static_cast<double>(size)) return Eigen::ArrayXd::Zero(count);
  const Eigen::ArrayXd overlap =
      1 - Eigen::ArrayXd::LinSpaced(count, 0, static_cast<double>(lags - 1)) /
              static_cast<double>(window);
  return out.head(count).real() / out(0).real() / overlap;
}

double at_lag(const Eigen::ArrayXd& autocorrelation, double lag) noexcept {
  const auto last = static_cast<double>(autocorrelation.size() - 1);
  const double clipped = std::clamp(lag, 0.0, last);
  const auto below = static_cast<Eigen::Index>(std::min(std::floor(clipped), last - 1));
  const double part = clipped - static_cast<double>(below);
  return autocorrelation(below) * (1 - part) + autocorrelation(below + 1) * part;
}

}  // namespace aura::dsp
