#include "aura/dsp/metre.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "aura/dsp/bar_features.h"
#include "beat_weights.h"
#include "metre_weights.h"

namespace aura::dsp {
namespace {

/// Fewer bars tell nothing.
constexpr std::size_t kFewBars = 3;
/// What a change of the phase costs, in deviations of the downbeats' strength.
constexpr double kPhaseCost = 6;
constexpr auto kCount = static_cast<Eigen::Index>(kBarFeatures);

/// How much each beat of a run is like one that begins a bar; mean 0 and deviation 1.
std::vector<double> downbeat_strength(const Eigen::ArrayXXd& values) {
  std::vector<double> strength(static_cast<std::size_t>(values.cols()), 0.0);
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i < strength.size(); ++i) {
    for (std::size_t k = 0; k <= 2 * kNeighbours; ++k) {
      if (i + k < kNeighbours || i + k - kNeighbours >= strength.size()) continue;
      const Eigen::Map<const Eigen::ArrayXd> weights(kDownbeatWeights.data() + k * kBarFeatures,
                                                     kCount);
      strength[i] += (values.col(static_cast<Eigen::Index>(i + k - kNeighbours)) * weights).sum();
    }
    sum += strength[i];
    squares += strength[i] * strength[i];
  }
  const auto count = std::max(static_cast<double>(strength.size()), 1.0);
  const double mean = sum / count;
  const double deviation = std::sqrt(std::max(squares / count - mean * mean, 0.0)) + 1e-9;
  for (double& value : strength) value = (value - mean) / deviation;
  return strength;
}

/// The share of the spectral changes' power that repeats every `bar` beats, beyond what would by
/// chance.
double repetition(std::span<const Eigen::ArrayXXd> of_runs, std::size_t bar) {
  constexpr auto kRows = static_cast<Eigen::Index>(kChanges);
  double power = 0;
  double beats = 0;
  for (const auto& values : of_runs) {
    const auto size = static_cast<std::size_t>(values.cols());
    if (size < kFewBars * bar) continue;
    for (std::size_t phase = 0; phase < bar; ++phase) {
      Eigen::ArrayXd sum = Eigen::ArrayXd::Zero(kRows);
      double count = 0;
      for (std::size_t i = phase; i < size; i += bar, ++count)
        sum += values.col(static_cast<Eigen::Index>(i)).tail(kRows);
      power += (sum.square() / count - 1).mean();
    }
    beats += static_cast<double>(size);
  }
  return beats > 0 ? std::sqrt(std::max(power / beats, 0.0)) : 0;
}

/// How far the strongest phase of bars of so many beats stands out, mean over the beats; 1 if each
/// bar had one strong beat and chance none.
double standing_out(std::span<const std::vector<double>> strengths, std::size_t bar) {
  double sum = 0;
  double beats = 0;
  for (const auto& strength : strengths) {
    if (strength.size() < kFewBars * bar) continue;
    const auto size = static_cast<double>(strength.size());
    double strongest = 0;
    for (std::size_t phase = 0; phase < bar; ++phase) {
      double of_phase = 0;
      double count = 0;
      for (std::size_t i = phase; i < strength.size(); i += bar, ++count) of_phase += strength[i];
      strongest = std::max(strongest, of_phase / std::sqrt(count));
    }
    sum += size * strongest / std::sqrt(size / static_cast<double>(bar));
    beats += size;
  }
  return beats > 0 ? sum / beats : 0;
}

std::vector<std::vector<double>> downbeat_strengths(std::span<const Eigen::ArrayXXd> features) {
  std::vector<std::vector<double>> strengths;
  strengths.reserve(features.size());
  for (const auto& values : features) strengths.push_back(downbeat_strength(values));
  return strengths;
}

BarEvidence evidence_of(std::span<const Eigen::ArrayXXd> features,
                        std::span<const std::vector<double>> strengths) {
  BarEvidence evidence{};
  for (std::size_t k = 0; k < kBars.size(); ++k) {
    evidence.at(k) = repetition(features, kBars[k]);
    evidence.at(kBars.size() + k) = standing_out(strengths, kBars[k]);
  }
  return evidence;
}

/// The beats that begin bars: those of the strongest phase, which may change at a cost.
std::vector<std::size_t> bars_of(const std::vector<double>& strength, std::size_t bar) {
  // By the place in the bar of the beat that is last so far.
  std::vector<double> scores(bar, 0.0);
  std::vector<std::vector<std::size_t>> from(strength.size(), std::vector<std::size_t>(bar));
  for (std::size_t i = 0; i < strength.size(); ++i) {
    const auto highest = std::max_element(scores.begin(), scores.end());
    std::vector<double> next(bar);
    for (std::size_t place = 0; place < bar; ++place) {
      std::size_t before = (place + bar - 1) % bar;
      if (place == 0 && *highest - kPhaseCost > scores[before])
        before = static_cast<std::size_t>(highest - scores.begin());
      next[place] = scores[before] - (before == (place + bar - 1) % bar ? 0 : kPhaseCost) +
                    (place == 0 ? strength[i] : 0);
      from[i][place] = before;
    }
    scores = std::move(next);
  }
  std::vector<std::size_t> downbeats;
  auto place =
      static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
  for (std::size_t i = strength.size(); i-- > 0;) {
    if (place == 0) downbeats.push_back(i);
    place = from[i][place];
  }
  std::reverse(downbeats.begin(), downbeats.end());
  return downbeats;
}

struct Choice {
  std::size_t beats = 0;
  bool compound = false;
  double confidence = 0;
};

/// Of a simple metre, bars of two beats must stand out from bars of four, which also repeat every
/// second beat.
constexpr double kTwosStandOut = 1.3;
/// Of a compound metre, bars of four must stand out: 6/8 has two.
constexpr double kFoursStandOut = 1.5;
/// Threes and compound metres are rarer than simple ones, and must be likelier.
constexpr double kLeastOfRare = 0.45;
/// Bars of five and seven are reported only if they are sure; if they are likeliest and not sure,
/// the metre is unclear.
constexpr double kLeastOfOdd = 0.6;
constexpr double kLeastOdds = 1e-3;
/// Below this, the metre is unclear.
constexpr double kLeastConfidence = 0.35;

enum Kind : std::size_t { kSimple, kThree, kCompound, kFive, kSeven };

std::array<double, kMetreRows.size()> probabilities(const BarEvidence& evidence,
                                                    const MetreOdds& odds) {
  const auto log_odds = [](double value) { return std::log(std::max(value, kLeastOdds)); };
  std::array<double, kMetreFeatures> features{};
  std::copy(evidence.begin(), evidence.end(), features.begin());
  features[evidence.size()] = log_odds(odds.three) - log_odds(odds.simple);
  features[evidence.size() + 1] = log_odds(odds.compound) - log_odds(odds.simple);
  features[evidence.size() + 2] = 1;
  std::array<double, kMetreRows.size()> scores{};
  for (std::size_t k = 0; k < scores.size(); ++k) {
    scores[k] = std::inner_product(features.begin(), features.end(), kMetreRows[k].begin(), 0.0);
  }
  const double best = *std::max_element(scores.begin(), scores.end());
  double total = 0;
  for (double& score : scores) total += score = std::exp(score - best);
  for (double& score : scores) score /= total;
  return scores;
}

Choice choose_bar(const BarEvidence& evidence, const MetreOdds& odds) {
  const auto likely = probabilities(evidence, odds);
  auto kind =
      static_cast<std::size_t>(std::max_element(likely.begin(), likely.end()) - likely.begin());
  if ((kind == kThree || kind == kCompound) && likely[kind] < kLeastOfRare) kind = kSimple;
  Choice choice;
  choice.confidence = likely[kind];
  const bool odd = kind == kFive || kind == kSeven;
  if (likely[kind] < (odd ? kLeastOfOdd : kLeastConfidence)) return choice;
  const double two = evidence[0];
  const double three = evidence[1];
  const double four = evidence[2];
  switch (kind) {
    case kSimple:
      choice.beats = two > kTwosStandOut * four ? 2 : 4;
      break;
    case kThree:
      choice.beats = 3;
      break;
    case kCompound:
      choice.compound = true;
      choice.beats = three > std::max(two, four) ? 3 : four > kFoursStandOut * two ? 4 : 2;
      break;
    case kFive:
      choice.beats = 5;
      break;
    default:
      choice.beats = 7;
  }
  return choice;
}

bool has_beats(std::span<const Eigen::ArrayXXd> features) {
  return std::any_of(features.begin(), features.end(),
                     [](const auto& values) { return values.cols() > 0; });
}

}  // namespace

BarEvidence bar_evidence(std::span<const Eigen::ArrayXXd> features) {
  return evidence_of(features, downbeat_strengths(features));
}

Metre find_metre(std::span<const Eigen::ArrayXXd> features, const MetreOdds& odds) {
  Metre metre;
  if (!has_beats(features)) return metre;
  const auto strengths = downbeat_strengths(features);
  const auto choice = choose_bar(evidence_of(features, strengths), odds);
  metre.beats_per_bar = choice.beats;
  metre.compound = choice.compound;
  metre.confidence = choice.confidence;
  if (choice.beats == 0) return metre;
  for (const auto& strength : strengths) metre.downbeats.push_back(bars_of(strength, choice.beats));
  return metre;
}

}  // namespace aura::dsp
