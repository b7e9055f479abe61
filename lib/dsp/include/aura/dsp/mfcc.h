#pragma once

#include <Eigen/Core>

#include "aura/dsp/log_mel.h"

namespace aura::dsp {

/// The means over a track of its first `count` mel-frequency cepstral coefficients, the orthonormal
/// DCT-II of each frame's bands in dB, cut at the floor. There is at least one frame. Throws
/// JobError where the spectrogram can't be read back.
Eigen::ArrayXd mean_mfcc(const LogMelSpectrogram& log_mel, Eigen::Index count);

}  // namespace aura::dsp
