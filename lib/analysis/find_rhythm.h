#pragma once

#include <Eigen/Core>
#include <stop_token>
#include <vector>

#include "aura/analysis/rhythm.h"
#include "aura/dsp/log_mel.h"

namespace aura::analysis {

/// A rhythm, and the curves that it comes from.
struct FoundRhythm {
  Rhythm rhythm;
  std::vector<float> onsets;       ///< onset strength, a value per frame
  Eigen::ArrayXd self_similarity;  ///< of the onsets, by lag in frames; 1 at lag 0
};

/// Returns the rhythm of a mel spectrogram with dsp::kMelBands, dsp::kSampleRateHz and
/// dsp::kHopLength. Memory: 140 bytes per frame, 6 kB per second. Thread-safe. Throws Stopped
/// after `stop` is requested, and what Spool::read throws.
FoundRhythm find_rhythm(const dsp::LogMelSpectrogram& log_mel, const std::stop_token& stop = {});

}  // namespace aura::analysis
