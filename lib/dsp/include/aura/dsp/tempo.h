#pragma once

#include <cstddef>
#include <span>
#include <stop_token>

namespace aura::dsp {

/// A track's tempo from its onset envelope, which has one value each `hop_length` samples: the lag
/// where the mean tempogram over 8 s windows, weighted by a log-normal prior around 120 BPM (one
/// octave wide), is largest (Ellis, "Beat tracking by dynamic programming", 2007). Tempi of 320 BPM
/// and above are not considered. 0 if the envelope is 0 throughout. Throws Stopped.
double estimate_tempo_bpm(std::span<const float> onset_envelope, int sample_rate_hz,
                          std::size_t hop_length, const std::stop_token& stop = {});

}  // namespace aura::dsp
