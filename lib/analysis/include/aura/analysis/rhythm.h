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
inline constexpr std::size_t kMaxDownbeats = kMaxBeats / 2;

/// The tempo at a time.
struct TempoPoint {
  double at_s = 0;
  double bpm = 0;

  bool operator==(const TempoPoint&) const = default;
};

/// A tempo or a metre with less confidence is shown as uncertain.
inline constexpr double kSureTempo = 0.5;
inline constexpr double kSureMetre = 0.5;

inline constexpr std::size_t kMaxTempoPoints = 200;

/// The tempo along a track.
struct TempoCurve {
  /// "steady": beats on one grid; "drifts": the tempo changes slowly or little; "free": rubato,
  /// whose tempo varies by more than a tenth. Empty without beats.
  std::string kind;
  std::vector<TempoPoint> points;  ///< rising, at most kMaxTempoPoints; one if steady

  bool operator==(const TempoCurve&) const = default;
};

/// AURA's estimate of a track's tempo, metre and beats. (Features::tempo_bpm is librosa's tempo.)
struct Rhythm {
  double bpm = 0;         ///< 0 if nothing repeats
  double confidence = 0;  ///< 0 to 1: probability of this level times clarity of the pulse
  std::vector<TempoAlternative> alternatives;  ///< at most five, likeliest first
  std::vector<double> beats_s;                 ///< times in seconds, rising, at most kMaxBeats
  TempoCurve tempo_curve;
  std::vector<double> downbeats_s;  ///< the beats that begin a bar; empty if the metre is unclear
  /// "2/4", "3/4", "4/4" or "5/4", whose beat is a quarter; "7/8"; "6/8", "9/8" or "12/8", whose
  /// beat is three eighths; "unclear"; empty without a tempo.
  std::string time_signature;
  double time_signature_confidence = 0;  ///< 0 to 1
  double onsets_per_s = 0;

  bool operator==(const Rhythm&) const = default;
};

}  // namespace aura::analysis
