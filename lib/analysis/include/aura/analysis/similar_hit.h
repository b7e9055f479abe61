#pragma once

#include <optional>
#include <string>

namespace aura::analysis {

/// A song of the catalogue that sounds like the track.
struct SimilarHit {
  std::string song;
  std::string artist;
  std::optional<int> year{};
  double similarity = 0;  ///< 0 to 1; see Space::similarity()
  std::optional<std::string> spotify_url{};
  std::optional<std::string> image_url{};
  // What is shown beside the track's own.
  std::optional<double> tempo_bpm{};
  std::optional<std::string> key{};  ///< "F# minor"
  std::optional<double> loudness_lufs{};

  bool operator==(const SimilarHit&) const = default;
};

}  // namespace aura::analysis
