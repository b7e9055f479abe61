#pragma once

#include <span>
#include <stop_token>
#include <vector>

namespace aura::dsp {

/// Returns the frames of a track's beats, in rising order, to half a frame: beats of most
/// `strength` whose distances stay near `periods` (Ellis, "Beat tracking by dynamic programming",
/// 2007, with a period that follows the tempo). Holds the period tightly, less so if it varies by
/// more than 6 % as in rubato.
///
/// `strength` is any measure that is higher at beats, such as beat_strength(). There are no beats
/// before the first clear onset of `onsets` and after the last. `onsets` has a standard deviation
/// near 1 and no negative value. All three have a value per frame; periods are at least 2. Memory:
/// 40 bytes per frame. Thread-safe. Throws Stopped after `stop` is requested.
std::vector<double> track_beats(std::span<const float> onsets, std::span<const float> strength,
                                std::span<const double> periods, const std::stop_token& stop = {});

}  // namespace aura::dsp
