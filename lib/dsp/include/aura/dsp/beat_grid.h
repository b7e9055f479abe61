#pragma once

#include <span>
#include <vector>

namespace aura::dsp {

/// How steady beats are.
enum class Steadiness {
  kSteady,  ///< they lie on one grid, as of a click
  kDrifts,  ///< their tempo changes, slowly or little
  kFree,    ///< rubato: their tempo varies by more than a tenth
};

/// What the beats of a track have in common.
struct BeatGrid {
  double period = 0;        ///< common distance of the beats, in the unit of the beats; 0: none
  double period_error = 0;  ///< its standard error
  double usual_period = 0;  ///< median of the mean distances of 8 beats
  Steadiness steadiness = Steadiness::kSteady;
};

/// Fits one period to all `runs` of beats, which are rising: the common slope of least-squares
/// lines, each stretch with a phase of its own. A run is split where the phase jumps, and beats far
/// off their line don't count. Returns a period of 0 for fewer than 8 beats. Thread-safe.
BeatGrid fit_grid(std::span<const std::vector<double>> runs);

/// Moves the beats of a run to where their neighbours expect them: onto the grid if it is steady,
/// onto lines through four neighbours on either side if it drifts. Free beats stay. `grid` is
/// fit_grid()'s of all runs. Thread-safe.
std::vector<double> smooth_beats(std::span<const double> beats, const BeatGrid& grid);

}  // namespace aura::dsp
