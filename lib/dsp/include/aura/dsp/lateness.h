#pragma once

#include <span>

#include "aura/dsp/onset_curves.h"

namespace aura::dsp {

/// Returns by how many frames `beats` of a track are found late in the mean; below 0: early. A
/// sharp attack shows as soon as it enters a frame's window, a soft one when it is half over. So
/// this depends on the mean course of the curves around the beats, which a linear formula weighs,
/// see bench/fit_beats.py. `beats` are in frames. Returns the usual value for fewer than 4 beats.
/// Thread-safe.
double lateness_frames(const OnsetCurves& curves, std::span<const double> beats);

}  // namespace aura::dsp
