#include "aura/dsp/metrical_levels.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <span>

#include "aura/dsp/autocorrelation.h"
#include "aura/dsp/framing.h"
#include "metrical_weights.h"

namespace aura::dsp {
namespace {

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
/// How much must repeat at a level, of what repeats at the strongest period. Set before it was
/// tried.
constexpr double kLeastPulse = 0.05;
/// Levels nearer to each other are one.
constexpr double kSameLevel = 0.03;
/// What a level may be to another for either to be named for the other.
constexpr std::array kSimpleMultiples{1.0, 2.0, 1.0 / 2, 3.0, 1.0 / 3};

/// Multiples of a level's frequency where the spectra of the curves are read.
constexpr std::array kFrequencyRatios{1.0 / 8, 1.0 / 6, 1.0 / 4, 1.0 / 3, 1.0 / 2, 2.0 / 3, 3.0 / 4,
                                      1.0,     4.0 / 3, 3.0 / 2, 2.0,     3.0,     4.0,     6.0};
constexpr Eigen::Index kSpectrumLags = 512;
/// Performers are not machines, and frames are coarse: a lag is taken for one up to 2 % off it.
constexpr std::array kLagTolerance{0.98, 0.99, 1.0, 1.01, 1.02};
constexpr double kMiddleBpm = 110;

constexpr Eigen::Index kCurves = 7;
static_assert(kLevelFeatures == static_cast<std::size_t>(kCurves) * kFrequencyRatios.size() + 1);
static_assert(kMetricalVersion == 2, "level_features() gives the features of version 2");

/// What repeats of the onsets in all registers, once their drift is taken out.
struct Repetition {
  std::vector<double> drift;
  Eigen::ArrayXd self_similarity;
};

Repetition onset_repetition(const OnsetCurves& curves, const std::stop_token& stop) {
  std::vector<float> all(curves.low.size());
  for (std::size_t t = 0; t < all.size(); ++t)
    all[t] = curves.low[t] + curves.mid[t] + curves.high[t];
  auto drift = find_drift(all, kWindowFrames, kLags, stop);
  auto self_similarity = mean_autocorrelation(all, kWindowFrames, kLags, drift, stop);
  return {std::move(drift), std::move(self_similarity)};
}

/// The lags at which the `autocorrelation` of so many frames peaks, highest first.
std::vector<double> strongest_periods(const Eigen::ArrayXd& autocorrelation, std::size_t frames) {
  // A single stroke comes to 1.4 / frames, since the mean is taken off.
  const double least = 2.0 / static_cast<double>(std::min(frames, kWindowFrames));
  std::vector<Eigen::Index> peaks;
  for (Eigen::Index lag = kShortestLag; lag <= kLongestLag; ++lag) {
    const double here = autocorrelation(lag);
    if (here > least && here > autocorrelation(lag - 1) && here >= autocorrelation(lag + 1)) {
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

double highest_near(const Eigen::ArrayXd& autocorrelation, double lag) {
  double highest = at_lag(autocorrelation, lag);
  for (const double off : kLagTolerance) {
    highest = std::max(highest, at_lag(autocorrelation, lag * off));
  }
  return highest;
}

double strongest_pulse(const Eigen::ArrayXd& autocorrelation) {
  return autocorrelation.segment(kShortestLag, kLongestLag - kShortestLag + 1).maxCoeff();
}

std::vector<double> candidate_tempi(const Eigen::ArrayXd& autocorrelation, std::size_t frames) {
  std::vector<double> tempi;
  for (const double period : strongest_periods(autocorrelation, frames)) {
    for (const double relative : kRelatives) {
      const double bpm = kFramesPerMinute / (period * relative);
      const auto same = [&](double other) { return std::abs(bpm / other - 1) <= kSameLevel; };
      if (bpm < kSlowestBpm || bpm > kFastestBpm) continue;
      if (std::none_of(tempi.begin(), tempi.end(), same)) tempi.push_back(bpm);
    }
  }
  // A multiple at which nothing repeats, as between the strokes of a metronome, is no level.
  const double least = kLeastPulse * strongest_pulse(autocorrelation);
  const auto repeats = [&](double bpm) {
    return highest_near(autocorrelation, kFramesPerMinute / bpm) >= least;
  };
  if (std::any_of(tempi.begin(), tempi.end(), repeats))
    std::erase_if(tempi, [&](double bpm) { return !repeats(bpm); });
  return tempi;
}

/// The autocorrelations that the features are spectra of, a column each, under a Hann window.
Eigen::MatrixXd tapered_autocorrelations(const OnsetCurves& curves, std::span<const double> drift,
                                         const std::stop_token& stop) {
  const Eigen::ArrayXd taper =
      0.5 + 0.5 * (Eigen::ArrayXd::LinSpaced(kSpectrumLags, 0, kSpectrumLags - 1) *
                   (std::numbers::pi / kSpectrumLags))
                      .cos();
  Eigen::MatrixXd tapered(kSpectrumLags, kCurves);
  Eigen::Index at = 0;
  const auto add = [&](const std::vector<float>& curve) {
    tapered.col(at++) =
        mean_autocorrelation(curve, kWindowFrames, kSpectrumLags, drift, stop) * taper;
  };
  add(curves.chords);
  for (const auto& accents : curves.accents) add(accents);
  for (const auto& levels : curves.levels) add(levels);
  return tapered;
}

/// The root of each column's power at `per_frame` cycles a frame: a cosine transform at one
/// frequency, its cosines by recurrence.
Eigen::ArrayXd root_powers(const Eigen::MatrixXd& tapered, double per_frame) {
  Eigen::VectorXd cosines(tapered.rows());
  const double step = 2 * std::cos(2 * std::numbers::pi * per_frame);
  double now = 1;
  double before = step / 2;  // cos is even
  for (double& cosine : cosines) {
    cosine = now;
    const double next = step * now - before;
    before = now;
    now = next;
  }
  cosines *= 2;
  cosines(0) = 1;
  const Eigen::VectorXd powers =
      tapered.transpose() * cosines / static_cast<double>(tapered.rows());
  return powers.array().max(0).sqrt();
}

using LevelFeatures = std::array<double, kLevelFeatures>;

std::vector<LevelFeatures> level_features(const OnsetCurves& curves,
                                          std::span<const double> tempi_bpm,
                                          std::span<const double> drift,
                                          const std::stop_token& stop) {
  const Eigen::MatrixXd tapered = tapered_autocorrelations(curves, drift, stop);
  std::vector<LevelFeatures> features;
  features.reserve(tempi_bpm.size());
  for (const double bpm : tempi_bpm) {
    auto& row = features.emplace_back();
    Eigen::Map<Eigen::ArrayXXd> powers(row.data(), kCurves, kFrequencyRatios.size());
    Eigen::Index at = 0;
    for (const double ratio : kFrequencyRatios) {
      // What is faster than every second frame can't be seen.
      powers.col(at++) = root_powers(tapered, std::min(bpm * ratio / kFramesPerMinute, 0.5));
    }
    row.back() = std::log2(bpm / kMiddleBpm);
  }
  return features;
}

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// How likely the level with these features is the one that most would tap, as the logarithm of
/// odds: a network of one hidden layer.
double score(const LevelFeatures& features) {
  double sum = 0;
  for (const auto& unit : kLevelUnits) {
    sum += unit.out * std::tanh(dot(features, unit.weights) + unit.bias);
  }
  return sum;
}

/// Of a track whose level may be any of `levels`.
MetreOdds metre_odds(std::span<const LevelFeatures> features,
                     std::span<const MetricalLevel> levels) {
  std::array<double, kMetreWeights.size()> odds{};
  for (std::size_t i = 0; i < levels.size(); ++i) {
    std::array<double, kMetreWeights.size()> of_level{};
    for (std::size_t k = 0; k < of_level.size(); ++k) {
      of_level[k] = dot(features[i], std::span(kMetreWeights[k]).first(kLevelFeatures)) +
                    kMetreWeights[k].back();
    }
    const double highest = *std::max_element(of_level.begin(), of_level.end());
    double total = 0;
    for (double& value : of_level) total += value = std::exp(value - highest);
    for (std::size_t k = 0; k < odds.size(); ++k) odds[k] += levels[i].weight * of_level[k] / total;
  }
  return {odds[0], odds[1], odds[2]};
}

}  // namespace

std::size_t best_choice(std::span<const MetricalLevel> levels) {
  const auto right = [&](const MetricalLevel& named) {
    double sum = named.weight / 2;
    for (const auto& [bpm, weight] : levels) {
      const auto near = [ratio = bpm / named.bpm](double multiple) {
        return std::abs(ratio / multiple - 1) <= kSameLevel;
      };
      if (std::any_of(kSimpleMultiples.begin(), kSimpleMultiples.end(), near)) sum += weight;
    }
    return sum;
  };
  const auto best =
      std::max_element(levels.begin(), levels.end(),
                       [&](const auto& a, const auto& b) { return right(a) < right(b); });
  return static_cast<std::size_t>(best - levels.begin());
}

LevelCandidates level_candidates(const OnsetCurves& curves, const std::stop_token& stop) {
  LevelCandidates candidates;
  const auto repetition = onset_repetition(curves, stop);
  candidates.bpm = candidate_tempi(repetition.self_similarity, curves.low.size());
  candidates.features = level_features(curves, candidates.bpm, repetition.drift, stop);
  return candidates;
}

MetricalLevels metrical_levels(const OnsetCurves& curves, const std::stop_token& stop) {
  MetricalLevels result;
  auto repetition = onset_repetition(curves, stop);
  result.self_similarity = std::move(repetition.self_similarity);
  const auto tempi_bpm = candidate_tempi(result.self_similarity, curves.low.size());
  if (tempi_bpm.empty()) return result;
  const auto features = level_features(curves, tempi_bpm, repetition.drift, stop);

  std::vector<double> scores;
  scores.reserve(features.size());
  for (const auto& row : features) scores.push_back(score(row));
  const double highest = *std::max_element(scores.begin(), scores.end());
  double total = 0;
  for (const double other : scores) total += std::exp(other - highest);
  auto& levels = result.levels;
  levels.reserve(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i)
    levels.push_back({tempi_bpm[i], std::exp(scores[i] - highest) / total});

  const std::size_t chosen = best_choice(levels);
  const double period = kFramesPerMinute / tempi_bpm[chosen];
  result.strongest = strongest_pulse(result.self_similarity);
  result.pulse = std::clamp(highest_near(result.self_similarity, period), 0.0, 1.0);
  result.metre = metre_odds(features, levels);
  std::swap(levels.front(), levels[chosen]);
  std::stable_sort(levels.begin() + 1, levels.end(),
                   [](const auto& a, const auto& b) { return a.weight > b.weight; });
  return result;
}

}  // namespace aura::dsp
