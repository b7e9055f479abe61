#pragma once

#include <cstddef>
#include <stop_token>
#include <vector>

#include "aura/dsp/lanes.h"
#include "aura/dsp/log_mel.h"

namespace aura::dsp {

/// How strongly something sets in at each frame: the median over the bands of their rise in dB over
/// the frame before, falls counted as 0 (spectral flux; Böck and Widmer, DAFx 2013, without their
/// maximum filter). One value a frame, never negative. A centred frame hears an onset half a frame
/// early, so the envelope is moved back by `delay_frames`, half a frame's length in hops. Throws
/// Stopped, and JobError where the spectrogram can't be read back.
std::vector<float> onset_envelope(const LogMelSpectrogram& log_mel, std::size_t delay_frames,
                                  const std::stop_token& stop = {},
                                  const Lanes& lanes = fastest_lanes());

}  // namespace aura::dsp
