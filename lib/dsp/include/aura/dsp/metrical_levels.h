#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <span>
#include <stop_token>
#include <vector>

#include "aura/dsp/onset_curves.h"

namespace aura::dsp {

/// How likely music moves in twos or fours, in threes, or has beats that are divided in three. All
/// add up to 1.
struct MetreOdds {
  double simple = 1;
  double three = 0;
  double compound = 0;
};

/// A tempo that a listener may tap to a track.
struct MetricalLevel {
  double bpm = 0;
  double weight = 0;  ///< probability that most listeners tap it; all weights add up to 1
};

/// The metrical levels of a track.
struct MetricalLevels {
  /// Tempi at which onsets repeat, and simple fractions and multiples of them, between 42 and 235
  /// BPM. The first is best_choice(), the others follow by weight. Empty if nothing repeats.
  std::vector<MetricalLevel> levels;
  double pulse = 0;                ///< 0 to 1: self-similarity at the first level
  double strongest = 0;            ///< highest self-similarity from 323 to 10 BPM
  MetreOdds metre;                 ///< what all levels tell, each as likely as it is
  Eigen::ArrayXd self_similarity;  ///< of the onsets in all registers, see mean_autocorrelation()
};

/// Returns the metrical levels of a track with kSampleRateHz and kHopLength. Weights come from a
/// conditional logit (McFadden, 1974), whose utilities a small network computes. The network's
/// features say how much harmony, accents and levels repeat at a tempo and at its simple fractions
/// and multiples (after Peeters, "Time variable tempo detection and beat marking", 2005).
/// Thread-safe. Throws Stopped after `stop` is requested.
MetricalLevels metrical_levels(const OnsetCurves& curves, const std::stop_token& stop = {});

/// Returns the index of the level to report as the tempo. It maximises the expected score, where
/// the tapped tempo scores 1 and its double, half, triple and third score 2/3 (chosen by
/// cross-validation from 1/2 to 6/7). `levels` is not empty. Thread-safe.
std::size_t best_choice(std::span<const MetricalLevel> levels);

inline constexpr std::size_t kLevelFeatures = 99;

/// The levels that metrical_levels() chooses from, with the features that it weighs. Only for
/// fitting the weights, see bench/fit_rhythm.py.
struct LevelCandidates {
  std::vector<double> bpm;
  std::vector<std::array<double, kLevelFeatures>> features;
};
/// Returns the candidates of a track. Thread-safe. Throws Stopped after `stop` is requested.
LevelCandidates level_candidates(const OnsetCurves& curves, const std::stop_token& stop = {});

}  // namespace aura::dsp
