#pragma once

#include <Eigen/Core>
#include <stop_token>
#include <vector>

#include "aura/analysis/rhythm.h"
#include "aura/dsp/log_mel.h"

namespace aura::analysis {

/// A rhythm and the curves that it was found in.
struct FoundRhythm {
  Rhythm rhythm;
  std::vector<float> onsets;       ///< how strongly something sets in, one value a frame
  Eigen::ArrayXd self_similarity;  ///< of the onsets, by lag in frames; 1 at lag 0
};

/// The rhythm of a mel spectrogram of 128 bands at 22,050 Hz with a hop of 512 samples. Memory: 64
/// bytes a frame, 2.8 kB a second. Throws Stopped, and JobError where the spectrogram can't be read
/// back.
FoundRhythm find_rhythm(const dsp::LogMelSpectrogram& log_mel, const std::stop_token& stop = {});

}  // namespace aura::analysis
