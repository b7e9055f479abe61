#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "aura/dsp/chroma.h"

namespace aura::dsp {

/// The major chords from C up, then the minor chords.
inline constexpr std::size_t kChords = 2 * kPitchClasses;

/// What tells the key of a track. All 0 for silence.
struct KeyEvidence {
  /// How much of each pitch class there is, about its mean, with a length of 1.
  Chroma notes{};
  /// The probability that a block sounds like the major chord on each class.
  Chroma major_chords{};
  /// The same of minor chords; all chords add up to 1.
  Chroma minor_chords{};
  /// The probability that of two blocks up to 3 s apart, the earlier sounds like one chord (first
  /// index) and the later like another (second index). All pairs add up to 1; all are 0 if there
  /// is but one block.
  std::array<std::array<double, kChords>, kChords> chord_pairs{};
};

/// Returns the evidence in the chroma of a track. Thread-safe.
KeyEvidence key_evidence(std::span<const ChromaBlock> blocks) noexcept;

/// A key and how likely it is.
struct Key {
  std::size_t tonic = 0;  ///< pitch class, 0 for C to 11 for B
  bool minor = false;
  double weight = 0;  ///< 0 to 1: probability of this key against the other 23; 0 for silence
};

/// The two likeliest keys of a track.
struct KeyEstimate {
  Key best;
  Key second;
};

/// Returns the keys whose profiles fit the evidence best, of 24 profiles: major and minor on each
/// tonic (after Krumhansl and Schmuckler, "Cognitive foundations of musical pitch", 1990, with
/// chords, and what comes before and after the tonic chord, beside notes). Weights are from a
/// conditional logit over all profiles. Thread-safe.
KeyEstimate estimate_key(const KeyEvidence& evidence) noexcept;

}  // namespace aura::dsp
