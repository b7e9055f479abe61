#pragma once

#include <span>
#include <stop_token>
#include <vector>

namespace aura::dsp {

/// The frames, in rising order, at which a track's beats lie: those that together hit the most of
/// its onsets while staying near to `period_frames` apart (Ellis, "Beat tracking by dynamic
/// programming", 2007, with its tightness of 100). What comes before the first and after the last
/// onset of note has no beats. `onsets` has a standard deviation near 1 and is never negative;
/// `period_frames` is at least 2. Memory: 8 bytes a frame. Throws Stopped.
std::vector<double> track_beats(std::span<const float> onsets, double period_frames,
                                const std::stop_token& stop = {});

/// The mean distance of beats, by lines of least squares through each run of them, all with the
/// same slope: where a beat lies, told only to a frame, weighs little over a whole track. There are
/// two in one run at least.
double mean_period(std::span<const std::vector<double>> runs);

}  // namespace aura::dsp
