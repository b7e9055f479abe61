#include "aura/dsp/tempogram.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <complex>

#include "aura/base/error.h"
#include "aura/dsp/fft.h"
#include "aura/dsp/real_fft_tables.h"
#include "aura/dsp/window.h"

namespace aura::dsp {
namespace {

/// `envelope` with `width` values more at each end, on a straight line from 0 to its end value, and
/// `zeros` after that.
Eigen::ArrayXd with_ramps(std::span<const float> envelope, std::size_t width, std::size_t zeros) {
  const auto size = static_cast<Eigen::Index>(envelope.size());
  const auto ramp_size = static_cast<Eigen::Index>(width);
  const Eigen::ArrayXd ramp = Eigen::ArrayXd::LinSpaced(ramp_size + 1, 0, 1).head(ramp_size);
  const Eigen::ArrayXd silence = Eigen::ArrayXd::Zero(static_cast<Eigen::Index>(zeros));
  Eigen::ArrayXd padded(size + 2 * ramp_size + silence.size());
  padded << static_cast<double>(envelope.front()) * ramp,
      Eigen::Map<const Eigen::ArrayXf>(envelope.data(), size).cast<double>(),
      static_cast<double>(envelope.back()) * ramp.reverse(), silence;
  return padded;
}

}  // namespace

Eigen::ArrayXd mean_tempogram(std::span<const float> onset_envelope, std::size_t win_length,
                              const std::stop_token& stop, const Lanes& lanes) {
  assert(!onset_envelope.empty() && win_length >= 2);
  const std::size_t frames = onset_envelope.size();
  const auto window_size = static_cast<Eigen::Index>(win_length);
  const Eigen::ArrayXd window = periodic_hann(window_size);
  const Eigen::ArrayXd padded = with_ramps(onset_envelope, win_length / 2, lanes.doubles);

  // An autocorrelation is the transform of a power spectrum (Wiener and Khinchin), so a sum of
  // autocorrelations is that of the summed power spectra: one more transform for the whole track,
  // not one a frame. Zeros up to twice the window keep them from wrapping round. In double: where
  // nothing repeats, lags differ by less than what single precision tells apart.
  const std::size_t fft_size = std::bit_ceil(std::max<std::size_t>(2 * win_length, 8));
  const RealFftTables tables(fft_size);
  const auto rows = static_cast<Eigen::Index>(lanes.doubles);
  Eigen::ArrayXXd values(rows, static_cast<Eigen::Index>(fft_size));
  Eigen::ArrayXXd lane_power =
      Eigen::ArrayXXd::Zero(rows, static_cast<Eigen::Index>(fft_size / 2 + 1));
  for (std::size_t i = 0; i < frames; i += lanes.doubles) {
    if (stop.stop_requested()) throw Stopped();
    lanes.add_normalised_power(tables.plan(), padded.data() + i, window.data(), win_length,
                               std::min(lanes.doubles, frames - i), values.data(),
                               lane_power.data());
  }

  const Eigen::ArrayXd power = lane_power.colwise().sum();
  const Eigen::Index middle = power.size() - 1;
  Eigen::ArrayXcd in(static_cast<Eigen::Index>(fft_size));
  Eigen::ArrayXcd out(in.size());
  in.head(middle + 1) = power.cast<std::complex<double>>();
  in.tail(middle - 1) = power.segment(1, middle - 1).reverse().cast<std::complex<double>>();
  ComplexFft(fft_size).forward({in.data(), fft_size}, {out.data(), fft_size});
  return out.head(window_size).real() / static_cast<double>(fft_size * frames);
}

}  // namespace aura::dsp
