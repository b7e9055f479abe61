#pragma once

#include <cstddef>
#include <span>
#include <stop_token>

namespace aura::dsp {

/// Returns librosa's tempo of a track in BPM, from its onset envelope with a value per `hop_length`
/// samples: the lag at which the mean tempogram over windows of 8 s is largest, weighted by a
/// log-normal prior around 120 BPM, one octave wide (Ellis, "Beat tracking by dynamic programming",
/// 2007). Ignores tempi from 320 BPM on. Returns 0 if the envelope is 0 throughout. Thread-safe.
/// Throws Stopped after `stop` is requested.
double estimate_tempo_bpm(std::span<const float> onset_envelope, int sample_rate_hz,
                          std::size_t hop_length, const std::stop_token& stop = {});

}  // namespace aura::dsp
