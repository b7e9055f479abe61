#pragma once

#include <Eigen/Core>

#include "aura/analysis/spectrum.h"
#include "aura/dsp/frame_analyser.h"

namespace aura::analysis {

/// Adds up the power of each bin, for the spectrum of a track. Not thread-safe.
class SpectrumMeter {
 public:
  explicit SpectrumMeter(int sample_rate_hz);

  void add(const dsp::FrameGroup& group);
  Spectrum spectrum() const;

 private:
  double bin_hz_;
  Eigen::VectorXd power_;  ///< by bin
};

}  // namespace aura::analysis
