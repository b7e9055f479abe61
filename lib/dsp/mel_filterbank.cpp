#include "aura/dsp/mel_filterbank.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace aura::dsp {
namespace {

// Slaney's scale, "Auditory Toolbox" (1998): 200/3 Hz a mel up to 1000 Hz, above it 27 mels for
// each factor of 6.4.
constexpr double kHzPerMel = 200.0 / 3;
constexpr double kLogFromHz = 1000;
constexpr double kLogFromMel = kLogFromHz / kHzPerMel;
constexpr double kLogStep = 0.068751777420949123;  // ln(6.4) / 27

double hz_to_mel(double hz) {
  return hz < kLogFromHz ? hz / kHzPerMel : kLogFromMel + std::log(hz / kLogFromHz) / kLogStep;
}

double mel_to_hz(double mel) {
  return mel < kLogFromMel ? mel * kHzPerMel
                           : kLogFromHz * std::exp((mel - kLogFromMel) * kLogStep);
}

}  // namespace

std::vector<MelFilter> mel_filterbank(int sample_rate_hz, std::size_t n_fft, std::size_t bands) {
  const double nyquist_hz = sample_rate_hz / 2.0;
  const double bin_width_hz = sample_rate_hz / static_cast<double>(n_fft);
  const auto last_bin = static_cast<Eigen::Index>(n_fft / 2);
  const double mel_step = hz_to_mel(nyquist_hz) / static_cast<double>(bands + 1);

  std::vector<MelFilter> filters;
  filters.reserve(bands);
  for (std::size_t band = 0; band < bands; ++band) {
    const double left_hz = mel_to_hz(mel_step * static_cast<double>(band));
    const double centre_hz = mel_to_hz(mel_step * static_cast<double>(band + 1));
    const double right_hz = mel_to_hz(mel_step * static_cast<double>(band + 2));
    const auto first = static_cast<Eigen::Index>(std::ceil(left_hz / bin_width_hz));
    const auto last =
        std::min(last_bin, static_cast<Eigen::Index>(std::floor(right_hz / bin_width_hz)));
    Eigen::VectorXd weights(std::max<Eigen::Index>(0, last - first + 1));
    for (Eigen::Index i = 0; i < weights.size(); ++i) {
      const double hz = static_cast<double>(first + i) * bin_width_hz;
      const double rise = (hz - left_hz) / (centre_hz - left_hz);
      const double fall = (right_hz - hz) / (right_hz - centre_hz);
      weights[i] = std::max(0.0, std::min(rise, fall)) * 2 / (right_hz - left_hz);
    }
    filters.push_back({first, std::move(weights)});
  }
  return filters;
}

}  // namespace aura::dsp
