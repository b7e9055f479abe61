#pragma once

#include <cstdint>
#include <vector>

#include "aura/base/spool.h"
#include "wav.h"

namespace aura::analysis {

/// A stereo mix at 44,100 Hz; full scale is 1. Both channels have the same length.
struct Mix {
  static constexpr int kRateHz = 44'100;

  std::vector<double> left;
  std::vector<double> right;

  double peak() const;
  /// Multiplies both channels by `gain`.
  void amplify(double gain);
  /// Multiplies what both channels share, and in what they differ.
  void scale(double middle, double side);
};

/// Returns 24 seconds of a band in stereo as finished music has it: drums, bass, chords and a
/// tune with reverberation, a peak of -2 dBFS. Each `seed` is another tune, key and tempo (95 to
/// 135 BPM); `speed` scales the tempo.
Mix play_band(unsigned seed, double speed = 1);

/// Returns `mix` as a WAV file.
Spool to_file(const Mix& mix, audio::WavFormat format = audio::WavFormat::kS24);

}  // namespace aura::analysis
