#pragma once

#include <complex>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "aura/dsp/fft.h"

namespace aura::audio {

/// Finds where the spectrum of a track ends, as lossy encoders and resamplers cut it off. Looks at
/// two windows per second. Not thread-safe.
class CutoffMeter {
 public:
  /// The steepest fall of the mean spectrum, see Source.
  struct Cutoff {
    double hz = 0;
    double db = 0;
  };

  /// Begins a part of the track. Only parts with the rate of the first one count.
  void begin(int sample_rate_hz);

  /// Takes the next samples of two channels, as many of each.
  void push(std::span<const float> left, std::span<const float> right);

  /// Returns the fall in all windows so far; nothing below 20 of them.
  Cutoff cutoff() const;

 private:
  void transform();

  int sample_rate_hz_ = 0;
  bool counts_ = false;  // whether this part does
  std::optional<dsp::ComplexFft> fft_;
  std::vector<double> window_;
  std::vector<std::complex<double>> samples_;
  std::vector<std::complex<double>> spectrum_;
  std::vector<double> power_;  // of each bin, summed
  std::size_t filled_ = 0;     // samples of the window
  std::size_t to_skip_ = 0;    // samples before the next window
  std::size_t windows_ = 0;
};

}  // namespace aura::audio
