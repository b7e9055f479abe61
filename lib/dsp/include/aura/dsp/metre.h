#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "aura/dsp/metrical_levels.h"

namespace aura::dsp {

/// The bars of a track.
struct Metre {
  std::size_t beats_per_bar = 0;                    ///< 2, 3, 4, 5 or 7; 0: unclear
  bool compound = false;                            ///< beats are divided in three, as in 6/8
  double confidence = 0;                            ///< 0 to 1
  std::vector<std::vector<std::size_t>> downbeats;  ///< for each run, its beats that begin a bar
};

/// Returns the bars that runs of beats make up. `features` come from bar_features(), a matrix for
/// each run. Weighs at each beat how much sets in and how the harmony changes there and around (see
/// bench/fit_beats.py). Takes the number of beats at which that repeats, with `odds` of what the
/// levels of the track tell. Bars may change their phase, at a cost. If the metre is unclear, there
/// are no downbeats. Thread-safe.
Metre find_metre(std::span<const Eigen::ArrayXXd> features, const MetreOdds& odds);

/// Numbers of beats that a bar may have.
inline constexpr std::array<std::size_t, 5> kBars{2, 3, 4, 5, 7};
/// By number of beats: how much the changes of the spectra repeat; how far the strongest phase
/// stands out of the beats' likeness to downbeats.
using BarEvidence = std::array<double, 2 * kBars.size()>;

/// Returns what `features` tell about bars of so many beats. Changes of spectra repeat by 0 to 1, a
/// root of power, beyond what would by chance. Only for fitting the weights, see
/// bench/fit_metre.py. Thread-safe.
BarEvidence bar_evidence(std::span<const Eigen::ArrayXXd> features);

}  // namespace aura::dsp
