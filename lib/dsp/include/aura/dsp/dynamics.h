#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "aura/dsp/lanes.h"

namespace aura::dsp {

/// Measures how much the loudness of mono samples at 22,050 Hz, which come in blocks of any size,
/// goes up and down: the mean distance, in dB, of each fifth of a second from the track's level, in
/// which the louder ones have more say (Streich, "Music complexity: a multi-faceted description of
/// audio content", 2007), as Essentia's DynamicComplexity. That is made for 44,100 Hz; here its
/// high-pass has the same corner, and what lies above 11 kHz is missing; and silence is left out at
/// either end, as Essentia means to do. Keeps 4 bytes for each
/// 0.2 s, 0.2 MB for three hours. One thread at a time.
class DynamicsMeter {
 public:
  explicit DynamicsMeter(const Lanes& lanes = fastest_lanes());

  void push(std::span<const float> samples);

  /// Of all that was pushed. Some 1 to 10 dB for music; 0 for
  /// silence and for less than 0.2 s.
  double complexity() const;

 private:
  static constexpr std::size_t kPart = 16 * BlockFilter::kSamples;  // 9 ms

  void end_part();

  const Lanes& lanes_;
  BlockFilter high_pass_;
  FilteredSignal signal_{};
  std::array<float, kPart> part_{};
  std::size_t filled_ = 0;  // of the part
  std::size_t parts_ = 0;   // of the level
  double power_ = 0;        // smoothed
  std::vector<float> levels_db_;
};

}  // namespace aura::dsp
