#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aura/analysis/space.h"
#include "aura/models/tagger.h"

namespace aura::analysis {

/// So many values of a model's layer before the last describe a track.
inline constexpr std::size_t kRawEmbeddingSize = models::Tagger::kEmbedding;
/// So many numbers are left of them: as many as a Timbre has.
inline constexpr std::size_t kEmbeddingSize = 64;
/// The kind of the vectors that embedding_vector() returns.
inline constexpr std::string_view kEmbeddingKind = "embedding";

/// Reduces raw embeddings to shorter vectors: brings each value to mean 0 and deviation 1, divides
/// all by their length, and multiplies by a matrix. So distances of the vectors tell the angle
/// between the tracks. Immutable, so thread-safe.
class Projection {
 public:
  /// A larger projection is not read.
  static constexpr int kMaxSize = 4096;

  /// Reads the `text` that bench/fit_embedding.py writes, which may be hostile: a line
  /// `aura-projection KIND VERSION PART_VERSION INPUTS OUTPUTS`, a line of INPUTS means, a line of
  /// INPUTS deviations, OUTPUTS lines of INPUTS weights. Throws BadMeasurement.
  static Projection read(std::string_view text);

  const std::string& kind() const noexcept { return kind_; }
  /// The version of the vectors. Each fit raises it.
  int version() const noexcept { return version_; }
  /// The version of the part of the measurements that holds the raw embeddings.
  int part_version() const noexcept { return part_version_; }
  int inputs() const noexcept { return static_cast<int>(mean_.size()); }
  int outputs() const noexcept { return static_cast<int>(weights_.size() / mean_.size()); }

  /// Returns the vector of `raw`. Its numbers are finite if those of `raw` are. Throws
  /// std::invalid_argument if `raw` does not have inputs() values.
  std::vector<float> project(std::span<const float> raw) const;

 private:
  Projection() = default;

  std::string kind_;
  int version_ = 0;
  int part_version_ = 0;
  std::vector<float> mean_;
  std::vector<float> deviation_;
  std::vector<float> weights_;  // a row per output
};

// All functions here are thread-safe.

/// Returns the shipped projection of embeddings; null if this release has none.
const Projection* shipped_projection();
/// Returns the shipped space of the vectors that it makes; nothing if this release has none.
std::optional<Space> shipped_embedding_space();

/// Returns the vector of a track with this embedding; nothing if this release has no projection.
/// Throws std::invalid_argument if `raw` does not have kRawEmbeddingSize values.
std::optional<std::vector<float>> embedding_vector(std::span<const float> raw);

}  // namespace aura::analysis
