#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <span>
#include <stop_token>
#include <vector>

#include "aura/dsp/onset_curves.h"

namespace aura::dsp {

/// A tempo that a listener might tap to a track.
struct MetricalLevel {
  double bpm = 0;
  double weight = 0;  ///< how likely it is the one that most would tap; the weights add up to 1
};

/// The metrical levels of a track: what its onsets repeat at, and the simple fractions and
/// multiples of that, between 42 and 235 BPM. The first is best_choice(), the others follow by
/// weight. Empty where nothing repeats.
struct MetricalLevels {
  std::vector<MetricalLevel> levels;
  double pulse = 0;                ///< 0 to 1: how much of the onsets repeats at the first level
  double strongest = 0;            ///< the same at whatever distance of 323 to 10 a minute is best
  bool in_three = false;           ///< three of its beats rather than two or four make a bar
  Eigen::ArrayXd self_similarity;  ///< mean_autocorrelation() of the onsets in all registers
};

/// Weighs the levels by a conditional logit (McFadden, 1974) whose utilities a small network finds
/// from spectra: how much of the harmony, the accents and the levels repeats at each level, and at
/// simple fractions and multiples of it (after Peeters, "Time variable tempo detection and beat
/// marking", 2005). Frames are 512 samples at 22,050 Hz. Throws Stopped.
MetricalLevels metrical_levels(const OnsetCurves& curves, const std::stop_token& stop = {});

/// Which of `levels` to name, of which there is at least one: the one likeliest to be right, where
/// the double, the half, the triple and the third of what is tapped are two thirds as right as that
/// (chosen by cross-validation from 1/2 to 6/7).
std::size_t best_choice(std::span<const MetricalLevel> levels);

inline constexpr std::size_t kLevelFeatures = 99;

/// What metrical_levels() sees: the levels it chooses from and their features, in the order of its
/// weights. For fitting these (bench/fit_rhythm.py) alone.
struct LevelCandidates {
  std::vector<double> bpm;
  std::vector<std::array<double, kLevelFeatures>> features;
};
LevelCandidates level_candidates(const OnsetCurves& curves, const std::stop_token& stop = {});

}  // namespace aura::dsp
