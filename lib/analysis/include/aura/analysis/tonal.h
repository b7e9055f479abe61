#pragma once

#include <string>
#include <string_view>

namespace aura::analysis {

/// Another key that the track may be in.
struct KeyAlternative {
  std::string key;
  std::string scale;
  double weight = 0;  ///< 0 to 1: probability of this key against the other 23

  bool operator==(const KeyAlternative&) const = default;
};

/// A key with less confidence is shown as uncertain.
inline constexpr double kSureKey = 0.6;

/// An estimate of a track's key.
struct Tonal {
  std::string key;        ///< C, C#, D, Eb, E, F, F#, G, Ab, A, Bb or B; empty for silence
  std::string scale;      ///< major or minor; empty for silence
  double confidence = 0;  ///< 0 to 1: probability of this key against the other 23
  KeyAlternative second;  ///< the second likeliest key; empty for silence
  double tuning_hz = 0;   ///< the pitch of A, 424.9 to 450.2; 0 for silence

  bool operator==(const Tonal&) const = default;
};

// All functions here are thread-safe.

/// Returns the key by its code on the Camelot wheel: 8B for C major, 8A for A minor, one more per
/// fifth up. Empty for other words than Tonal states.
std::string camelot_code(std::string_view key, std::string_view scale);
/// Returns the key as Open Key Notation writes it: 1d for C major, 1m for A minor, one more per
/// fifth up. Empty for other words than Tonal states.
std::string open_key_code(std::string_view key, std::string_view scale);

}  // namespace aura::analysis
