#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <stop_token>

#include "aura/dsp/lanes.h"

namespace aura::dsp {

/// Returns the mean tempogram of an onset envelope (Grosche, Müller and Kurth, ICASSP 2010) at the
/// lags from 0 to win_length - 1. The tempogram of a frame is the autocorrelation of the
/// `win_length` values around it under a periodic Hann window, divided by lag 0. Values are within
/// [0, 1] except for rounding. A ramp down to 0 continues both ends of the envelope.
/// `onset_envelope` is not empty, `win_length` is at least 2. Thread-safe. Throws Stopped after
/// `stop` is requested.
Eigen::ArrayXd mean_tempogram(std::span<const float> onset_envelope, std::size_t win_length,
                              const std::stop_token& stop = {},
                              const Lanes& lanes = fastest_lanes());

}  // namespace aura::dsp
