#include "aura/dsp/metrical_levels.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <span>

#include "aura/dsp/autocorrelation.h"
#include "metrical_weights.h"

namespace aura::dsp {
namespace {

constexpr double kFramesPerMinute = 60 * 22050.0 / 512;
constexpr double kSlowestBpm = 42;
constexpr double kFastestBpm = 235;
/// 24 s: long enough for eight slow beats, short enough for a tempo that drifts.
constexpr std::size_t kWindowFrames = 1024;
constexpr std::size_t kLags = 542;
/// Periods that candidates are made from: 323 down to 10 BPM.
constexpr Eigen::Index kShortestLag = 8;
constexpr Eigen::Index kLongestLag = 261;
constexpr std::size_t kMostPeriods = 10;
/// What a period that repeats may be to the beat.
constexpr std::array kRelatives{1.0,     1.0 / 2, 2.0, 1.0 / 3, 3.0,
                                1.0 / 4, 2.0 / 3, 1.5, 0.75,    4.0 / 3};
/// Levels nearer to each other are one.
constexpr double kSameLevel = 0.03;

/// Multiples of a level's period where its autocorrelations are read...
constexpr std::array kLagRatios{1.0 / 4, 1.0 / 3, 1.0 / 2, 2.0 / 3, 3.0 / 4, 1.0, 4.0 / 3,
                                3.0 / 2, 2.0,     3.0,     4.0,     6.0,     8.0};
/// ... and of its frequency where their spectra are. The one shows what is slower, the other what
/// is faster than the level (Peeters, "Time variable tempo detection and beat marking", 2005).
constexpr std::array kFrequencyRatios{1.0 / 4, 1.0 / 3, 1.0 / 2, 2.0 / 3, 1.0,
                                      3.0 / 2, 2.0,     3.0,     4.0};
constexpr Eigen::Index kSpectrumLags = 512;
/// Performers are not machines, and frames are coarse: a lag is taken for one up to 2 % off it.
constexpr std::array kLagTolerance{0.98, 0.99, 1.0, 1.01, 1.02};
constexpr double kMiddleBpm = 110;

constexpr std::size_t kCurves = 4;
static_assert(kLevelFeatures == kCurves * (kLagRatios.size() + kFrequencyRatios.size()) + 3);

struct Periodicities {
  Eigen::ArrayXd all;  ///< of the onsets in all registers together
  std::array<Eigen::ArrayXd, kCurves> curves;
};

Periodicities periodicities(const OnsetCurves& curves, const std::stop_token& stop) {
  std::vector<float> all(curves.low.size());
  for (std::size_t t = 0; t < all.size(); ++t)
    all[t] = curves.low[t] + curves.mid[t] + curves.high[t];
  const auto of = [&](const std::vector<float>& curve) {
    return mean_autocorrelation(curve, kWindowFrames, kLags, stop);
  };
  return {of(all), {of(curves.low), of(curves.mid), of(curves.high), of(curves.chords)}};
}

/// The lags at which `autocorrelation` peaks, highest first.
std::vector<double> strongest_periods(const Eigen::ArrayXd& autocorrelation) {
  std::vector<Eigen::Index> peaks;
  for (Eigen::Index lag = kShortestLag; lag <= kLongestLag; ++lag) {
    const double here = autocorrelation(lag);
    if (here > 0 && here > autocorrelation(lag - 1) && here >= autocorrelation(lag + 1)) {
      peaks.push_back(lag);
    }
  }
  std::stable_sort(peaks.begin(), peaks.end(), [&](Eigen::Index a, Eigen::Index b) {
    return autocorrelation(a) > autocorrelation(b);
  });
  peaks.resize(std::min(peaks.size(), kMostPeriods));
  std::vector<double> periods;
  for (const Eigen::Index lag : peaks) {
    // The vertex of the parabola through the peak and its neighbours.
    const double before = autocorrelation(lag - 1);
    const double after = autocorrelation(lag + 1);
    const double bend = before - 2 * autocorrelation(lag) + after;
    periods.push_back(static_cast<double>(lag) + (before - after) / (2 * bend));
  }
  return periods;
}

std::vector<double> candidate_tempi(const Eigen::ArrayXd& autocorrelation) {
  std::vector<double> tempi;
  for (const double period : strongest_periods(autocorrelation)) {
    for (const double relative : kRelatives) {
      const double bpm = kFramesPerMinute / (period * relative);
      const auto same = [&](double other) { return std::abs(bpm / other - 1) <= kSameLevel; };
      if (bpm < kSlowestBpm || bpm > kFastestBpm) continue;
      if (std::none_of(tempi.begin(), tempi.end(), same)) tempi.push_back(bpm);
    }
  }
  return tempi;
}

double highest_near(const Eigen::ArrayXd& autocorrelation, double lag) {
  double highest = at_lag(autocorrelation, lag);
  for (const double off : kLagTolerance) {
    highest = std::max(highest, at_lag(autocorrelation, lag * off));
  }
  return highest;
}

/// The root of the power at `per_frame` cycles a frame, from the autocorrelation under a Hann
/// window: a cosine transform at one frequency, its cosines by recurrence.
double root_power(const Eigen::ArrayXd& tapered, double per_frame) {
  const double step = 2 * std::cos(2 * std::numbers::pi * per_frame);
  double now = 1;
  double before = step / 2;  // cos is even
  double sum = 0;
  for (Eigen::Index lag = 0; lag < tapered.size(); ++lag) {
    sum += tapered(lag) * now;
    const double next = step * now - before;
    before = now;
    now = next;
  }
  const double power = (2 * sum - tapered(0)) / static_cast<double>(tapered.size());
  return std::sqrt(std::max(power, 0.0));
}

std::vector<std::array<double, kLevelFeatures>> level_features(const Periodicities& periodicities,
                                                               std::span<const double> tempi_bpm) {
  std::vector<std::array<double, kLevelFeatures>> features(tempi_bpm.size());
  std::size_t at = 0;
  for (const auto& autocorrelation : periodicities.curves) {
    for (const double ratio : kLagRatios) {
      for (std::size_t i = 0; i < tempi_bpm.size(); ++i) {
        features[i][at] = highest_near(autocorrelation, kFramesPerMinute / tempi_bpm[i] * ratio);
      }
      ++at;
    }
  }
  const Eigen::ArrayXd taper =
      0.5 + 0.5 * (Eigen::ArrayXd::LinSpaced(kSpectrumLags, 0, kSpectrumLags - 1) *
                   (std::numbers::pi / kSpectrumLags))
                      .cos();
  for (const auto& autocorrelation : periodicities.curves) {
    const Eigen::ArrayXd tapered = autocorrelation.head(kSpectrumLags) * taper;
    for (const double ratio : kFrequencyRatios) {
      for (std::size_t i = 0; i < tempi_bpm.size(); ++i) {
        features[i][at] = root_power(tapered, tempi_bpm[i] * ratio / kFramesPerMinute);
      }
      ++at;
    }
  }
  for (std::size_t i = 0; i < tempi_bpm.size(); ++i) {
    const double octaves = std::log2(tempi_bpm[i] / kMiddleBpm);
    features[i][at] = octaves;
    features[i][at + 1] = octaves * octaves;
    features[i][at + 2] = octaves * octaves * octaves;
  }
  return features;
}

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

}  // namespace

LevelCandidates level_candidates(const OnsetCurves& curves, const std::stop_token& stop) {
  const Periodicities found = periodicities(curves, stop);
  LevelCandidates candidates;
  candidates.bpm = candidate_tempi(found.all);
  candidates.features = level_features(found, candidates.bpm);
  return candidates;
}

MetricalLevels metrical_levels(const OnsetCurves& curves, const std::stop_token& stop) {
  const Periodicities found = periodicities(curves, stop);
  const auto tempi_bpm = candidate_tempi(found.all);
  const auto features = level_features(found, tempi_bpm);
  MetricalLevels result;
  result.self_similarity = found.all;
  if (tempi_bpm.empty()) return result;

  std::vector<double> scores;
  scores.reserve(features.size());
  for (const auto& row : features) scores.push_back(dot(row, kLevelWeights));
  const auto best = std::max_element(scores.begin(), scores.end());
  const auto best_index = static_cast<std::size_t>(best - scores.begin());
  double total = 0;
  for (const double score : scores) total += std::exp(score - *best);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    result.levels.push_back({tempi_bpm[i], std::exp(scores[i] - *best) / total});
  }
  std::stable_sort(result.levels.begin(), result.levels.end(),
                   [](const auto& a, const auto& b) { return a.weight > b.weight; });
  result.pulse =
      std::clamp(highest_near(found.all, kFramesPerMinute / tempi_bpm[best_index]), 0.0, 1.0);
  result.in_three = dot(features[best_index], kThreeWeights) + kThreeBias > 0;
  return result;
}

}  // namespace aura::dsp
