#include "aura/dsp/tempo.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "aura/dsp/tempogram.h"

namespace aura::dsp {

double estimate_tempo_bpm(std::span<const float> onset_envelope, int sample_rate_hz,
                          std::size_t hop_length, const std::stop_token& stop) {
  constexpr std::size_t kWindowSeconds = 8;
  constexpr double kPriorBpm = 120;
  constexpr double kMaxBpm = 320;
  // Lifts the autocorrelation far above 1, so that its logarithm tells strong lags apart and
  // doesn't fall without end for the weak ones.
  constexpr double kGain = 1e6;

  const bool silent = std::all_of(onset_envelope.begin(), onset_envelope.end(),
                                  [](float strength) { return strength == 0; });
  if (silent) return 0;

  const std::size_t win_length =
      kWindowSeconds * static_cast<std::size_t>(sample_rate_hz) / hop_length;
  const Eigen::ArrayXd tempogram = mean_tempogram(onset_envelope, win_length, stop);
  const double bpm_at_lag_one = 60.0 * sample_rate_hz / static_cast<double>(hop_length);

  double best_bpm = 0;
  double best_score = std::numeric_limits<double>::lowest();
  for (Eigen::Index lag = 1; lag < tempogram.size(); ++lag) {
    const double bpm = bpm_at_lag_one / static_cast<double>(lag);
    if (bpm >= kMaxBpm) continue;
    const double octaves_off = std::log2(bpm / kPriorBpm);
    const double score = std::log1p(kGain * tempogram[lag]) - 0.5 * octaves_off * octaves_off;
    if (score > best_score) {
      best_score = score;
      best_bpm = bpm;
    }
  }
  return best_bpm;
}

}  // namespace aura::dsp
