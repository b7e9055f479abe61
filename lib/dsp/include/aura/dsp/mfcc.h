#pragma once

#include <Eigen/Core>

#include "aura/dsp/log_mel.h"

namespace aura::dsp {

/// Returns the first `count` mel-frequency cepstral coefficients, averaged over the frames of a
/// track: the orthonormal DCT-II of each frame in dB, at least floor_db(). `log_mel` has at least
/// one frame. Thread-safe. Throws what Spool::read throws.
Eigen::ArrayXd mean_mfcc(const LogMelSpectrogram& log_mel, Eigen::Index count);

}  // namespace aura::dsp
