#pragma once

#include <cstddef>
#include <stop_token>
#include <vector>

#include "aura/dsp/lanes.h"
#include "aura/dsp/log_mel.h"

namespace aura::dsp {

/// Returns the onset strength of each frame: the median over the bands of their rise in dB since
/// the frame before; falls count as 0. This is spectral flux (Böck and Widmer, DAFx 2013, without
/// their maximum filter). One value per frame, never negative. A centred frame notices an onset
/// half a frame early, so `delay_frames`, half of n_fft in hops, shifts the envelope later.
/// Thread-safe. Throws Stopped after `stop` is requested, and what Spool::read throws.
std::vector<float> onset_envelope(const LogMelSpectrogram& log_mel, std::size_t delay_frames,
                                  const std::stop_token& stop = {},
                                  const Lanes& lanes = fastest_lanes());

}  // namespace aura::dsp
