#pragma once

#include <Eigen/Core>
#include <cstddef>

#include "aura/dsp/onset_curves.h"

namespace aura::dsp {

inline constexpr std::size_t kBeatCurves = 10;

/// The curves that tell beats and downbeats, a row each: onsets of three registers, changes of
/// harmony, accents of three registers, and by how much the levels of three registers rise.
using BeatCurves = Eigen::Array<float, static_cast<Eigen::Index>(kBeatCurves), Eigen::Dynamic>;

/// Returns the curves of a track, a little smoothed, a column for each frame. Memory: 80 bytes per
/// frame, of which 40 stay. Thread-safe.
BeatCurves beat_curves(const OnsetCurves& curves);

/// Returns the values of `curves` at a place between frames; beyond the ends, at the nearest frame.
/// There are at least two frames. Thread-safe.
Eigen::Array<float, static_cast<Eigen::Index>(kBeatCurves), 1> at_place(const BeatCurves& curves,
                                                                        double frame);

}  // namespace aura::dsp
