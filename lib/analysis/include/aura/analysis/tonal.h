#pragma once

#include <string_view>

namespace aura::analysis {

/// The key of a track.
struct Tonal {
  std::string_view key;    ///< C, C#, D, Eb, E, F, F#, G, Ab, A, Bb or B; empty for silence
  std::string_view scale;  ///< major or minor; empty for silence
  double confidence = 0;   ///< 0 to 1
};

}  // namespace aura::analysis
