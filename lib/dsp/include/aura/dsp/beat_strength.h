#pragma once

#include <cstddef>
#include <span>
#include <stop_token>
#include <vector>

#include "aura/dsp/beat_curves.h"

namespace aura::dsp {

/// Where beat_strength() reads the curves: at a frame and at fractions of a beat before and after
/// the frame.
inline constexpr std::size_t kBeatOffsets = 15;

/// Returns how likely a beat lies at each frame, as the logarithm of odds, if beats are
/// `periods[frame]` frames apart there. A linear weighing of the curves at the frame and up to a
/// beat around it, see bench/fit_beats.py. Memory: 4 bytes per frame. Thread-safe. Throws Stopped
/// after `stop` is requested.
std::vector<float> beat_strength(const BeatCurves& curves, std::span<const double> periods,
                                 const std::stop_token& stop = {});

}  // namespace aura::dsp
