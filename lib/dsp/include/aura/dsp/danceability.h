#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "aura/dsp/framing.h"

namespace aura::dsp {

/// The danceability of loudness, the deviation of each 10 ms; see DanceabilityMeter.
double danceability_of(std::span<const float> deviations);

/// Measures how danceable mono samples at 22,050 Hz are that come in blocks of any size: the
/// inverse of the mean exponent by which their loudness strays from its trend over 0.3 to 9 s, from
/// detrended fluctuation analysis (Streich and Herrera, "Detrended fluctuation analysis of music
/// signals", AES 118, 2005), as Essentia's Danceability. About 0 to 3: the more, the steadier the
/// beat. Keeps 4 bytes for each 10 ms, 4.3 MB for three hours, and takes twice that more for
/// danceability(). One thread at a time.
class DanceabilityMeter {
 public:
  void push(std::span<const float> samples);

  /// Of all that was pushed; 0 for what is silent or shorter than the analysis takes.
  double danceability() const { return danceability_of(deviations_); }

 private:
  static constexpr std::size_t kBlock = kSampleRateHz / 100;  // 10 ms

  std::vector<float> deviations_;  // of the samples of each block
  std::array<float, kBlock> block_{};
  std::size_t filled_ = 0;
};

}  // namespace aura::dsp
