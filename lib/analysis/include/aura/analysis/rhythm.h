#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace aura::analysis {

/// A tempo that some would tap where others tap another, such as half of it.
struct TempoAlternative {
  double bpm = 0;
  /// How likely it is to be the tempo. The weights of all alternatives and of the tempo add up to
  /// at most 1.
  double weight = 0;

  bool operator==(const TempoAlternative&) const = default;
};

/// An hour at 166 BPM. Further beats of a longer track are left out.
inline constexpr std::size_t kMaxBeats = 10'000;

/// The best estimate of a track's tempo, metre and beats; Features::tempo_bpm is librosa's.
struct Rhythm {
  double bpm = 0;                              ///< 0 where nothing repeats
  double confidence = 0;                       ///< 0 to 1
  std::vector<TempoAlternative> alternatives;  ///< at most five, likeliest first
  std::vector<double> beats_s;                 ///< in rising order, at most kMaxBeats
  std::string time_signature;                  ///< "3/4" or "4/4"; empty without a tempo
  double onsets_per_s = 0;

  bool operator==(const Rhythm&) const = default;
};

}  // namespace aura::analysis
