#pragma once

#include <span>
#include <stop_token>
#include <vector>

namespace aura::dsp {

/// Returns the period of the beat around each frame of `onsets`, in frames: within a quarter of
/// `period_frames`, the period of the whole track, and changing slowly. Follows the autocorrelation
/// of eight seconds around each second by dynamic programming (after Wu et al., "A robust beat
/// tracking approach", 2011). `period_frames` is at least 2. Memory: 16 bytes per frame.
/// Thread-safe. Throws Stopped after `stop` is requested.
std::vector<double> local_periods(std::span<const float> onsets, double period_frames,
                                  const std::stop_token& stop = {});

}  // namespace aura::dsp
