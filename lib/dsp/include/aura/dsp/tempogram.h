#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <stop_token>

#include "aura/dsp/lanes.h"

namespace aura::dsp {

/// The mean over time of an onset envelope's tempogram (Grosche, Müller and Kurth, ICASSP 2010):
/// around each frame, the autocorrelation of `win_length` values under a periodic Hann window,
/// divided by its value at lag 0. Returns the lags from 0 to win_length - 1, each within [0, 1] but
/// for rounding. Both ends of the envelope are continued by a ramp down to 0. `onset_envelope` is
/// not empty, `win_length` at least 2. Throws Stopped.
Eigen::ArrayXd mean_tempogram(std::span<const float> onset_envelope, std::size_t win_length,
                              const std::stop_token& stop = {},
                              const Lanes& lanes = fastest_lanes());

}  // namespace aura::dsp
