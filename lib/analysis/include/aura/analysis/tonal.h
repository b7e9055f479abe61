#pragma once

#include <string>

namespace aura::analysis {

/// The key of a track.
struct Tonal {
  std::string key;        ///< C, C#, D, Eb, E, F, F#, G, Ab, A, Bb or B; empty for silence
  std::string scale;      ///< major or minor; empty for silence
  double confidence = 0;  ///< 0 to 1

  bool operator==(const Tonal&) const = default;
};

}  // namespace aura::analysis
