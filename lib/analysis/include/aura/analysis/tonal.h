#pragma once

#include <string>

namespace aura::analysis {

/// An estimate of a track's key.
struct Tonal {
  std::string key;        ///< C, C#, D, Eb, E, F, F#, G, Ab, A, Bb or B; empty for silence
  std::string scale;      ///< major or minor; empty for silence
  double confidence = 0;  ///< 0 to 1: probability of this key against the other 23

  bool operator==(const Tonal&) const = default;
};

}  // namespace aura::analysis
