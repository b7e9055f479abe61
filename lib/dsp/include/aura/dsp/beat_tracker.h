#pragma once

#include <span>
#include <stop_token>
#include <vector>

namespace aura::dsp {

/// Returns the frames of a track's beats, in rising order: beats that hit the most onsets while
/// they stay near `period_frames` apart (Ellis, "Beat tracking by dynamic programming", 2007, with
/// a tightness of 100). There are no beats before the first clear onset and after the last.
/// `onsets` has a standard deviation near 1 and no negative value; `period_frames` is at least 2.
/// Memory: 8 bytes per frame. Thread-safe. Throws Stopped after `stop` is requested.
std::vector<double> track_beats(std::span<const float> onsets, double period_frames,
                                const std::stop_token& stop = {});

/// Returns the mean distance of beats in frames: the common slope of least-squares lines through
/// all `runs` of beats. So the rounding of a beat to a frame weighs little over a whole track. At
/// least one run has two beats. Thread-safe.
double mean_period(std::span<const std::vector<double>> runs);

}  // namespace aura::dsp
