#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aura/analysis/measurements.h"
#include "aura/analysis/space.h"

namespace aura::analysis {

/// How a track differs from another one that its maker names as a model: the reference.
struct Reference {
  /// The level of an octave, beside that of the whole sound.
  struct Octave {
    double centre_hz = 0;
    double difference_db = 0;  ///< above 0: the track has more of it than the reference

    bool operator==(const Octave&) const = default;
  };

  double similarity = 0;  ///< 0 to 1; see Space::similarity()
  // Of the reference; nothing if it has none.
  std::optional<double> tempo_bpm{};
  std::string key;    ///< "F#"; empty: none
  std::string scale;  ///< "major" or "minor"
  std::optional<double> loudness_lufs{};
  // Of the track, less that of the reference; nothing if either has none.
  std::optional<double> tempo_percent{};  ///< of the reference's tempo
  std::optional<double> loudness_lu{};
  std::vector<Octave> spectrum;  ///< from low to high; empty if either track is silent

  bool operator==(const Reference&) const = default;
};

/// Compares `track` with `reference`, in the space of timbres `space`. Thread-safe.
Reference compare(const Measurements& track, const Measurements& reference, const Space& space);

}  // namespace aura::analysis
