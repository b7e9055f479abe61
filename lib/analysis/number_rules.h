#pragma once

#include <cstddef>
#include <limits>

namespace aura::analysis {

// The rule for numbers of Measurements. Every number is finite and lies in its range, or is absent.
// 1. The decoder replaces samples that are NaN or beyond audio::kMaxMagnitude by 0.
//    FeatureExtractor::push(), which other callers use too, throws at NaN and beyond kMaxSample.
// 2. measure() throws at a level beyond kMaxRms or kMaxTruePeakDbtp, and clears what silence makes
//    meaningless.
// 3. to_json() throws at a number that is not finite (see finite()): our own bug.
// 4. from_json() throws at a number outside its range.
// judge() relies on all four and checks nothing.

/// Finite numbers from `least` to `most`.
struct Range {
  double least;
  double most;

  /// Returns whether `value` is in the range; NaN is in none. Thread-safe.
  constexpr bool holds(double value) const noexcept { return value >= least && value <= most; }
};

inline constexpr double kMaxFinite = std::numeric_limits<double>::max();
/// Confidences, weights, strengths, zero crossings per sample.
inline constexpr Range kShare{0, 1};
/// Tempi, frequencies, durations, rates, RMS.
inline constexpr Range kAmount{0, kMaxFinite};
/// Loudness and MFCC, in dB.
inline constexpr Range kLevel{-kMaxFinite, kMaxFinite};
/// What single precision holds.
inline constexpr Range kSingle{-double{std::numeric_limits<float>::max()},
                               double{std::numeric_limits<float>::max()}};

/// The largest magnitude whose spectrum single precision holds.
inline constexpr float kMaxSample = 1e30F;
/// -90 dBFS: below the noise of any recording, above the dither of digital silence.
inline constexpr double kSilentRms = 3e-5;
/// +30 dBFS.
inline constexpr double kMaxRms = 30;
inline constexpr double kMaxTruePeakDbtp = 60;
/// Beyond it, as for steady tones, Essentia's scale has no meaning.
inline constexpr double kMaxDanceability = 3;
inline constexpr std::size_t kMaxAlternatives = 5;

// What from_json() accepts: more than to_json() writes now, so that a later version may write more.
inline constexpr std::size_t kMaxStoredWarnings = 100;
inline constexpr std::size_t kMaxStoredAlternatives = 100;
inline constexpr std::size_t kMaxStoredTempi = 1000;

}  // namespace aura::analysis
