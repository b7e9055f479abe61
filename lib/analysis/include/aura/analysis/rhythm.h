#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace aura::analysis {

/// Another tempo that listeners may tap, such as half the tempo.
struct TempoAlternative {
  double bpm = 0;
  /// The probability that it is the tempo. All weights, including the tempo's own, add up to at
  /// most 1.
  double weight = 0;

  bool operator==(const TempoAlternative&) const = default;
};

/// An hour at 166 BPM. Further beats of a longer track are left out.
inline constexpr std::size_t kMaxBeats = 10'000;

/// AURA's estimate of a track's tempo, metre and beats. (Features::tempo_bpm is librosa's tempo.)
struct Rhythm {
  double bpm = 0;         ///< 0 if nothing repeats
  double confidence = 0;  ///< 0 to 1: probability of this level times clarity of the pulse
  std::vector<TempoAlternative> alternatives;  ///< at most five, likeliest first
  std::vector<double> beats_s;                 ///< times in seconds, rising, at most kMaxBeats
  std::string time_signature;                  ///< "3/4" or "4/4"; empty without a tempo
  double onsets_per_s = 0;

  bool operator==(const Rhythm&) const = default;
};

}  // namespace aura::analysis
