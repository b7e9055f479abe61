#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "aura/models/musicnn.h"

namespace aura::models {

/// Tags three seconds of music with both networks of musicnn: MSD (genres, moods, decades; trained
/// on the Million Song Dataset) and MTT (instruments, voices, classical music; trained on
/// MagnaTagATune). Immutable, so thread-safe.
class Tagger {
 public:
  static constexpr std::size_t kTags = 2 * Musicnn::kTags;
  static constexpr std::size_t kEmbedding = 2 * Musicnn::kEmbedding;

  /// What both networks say. MSD's values come first, then MTT's.
  struct Result {
    std::array<float, kTags> scores{};  ///< 0 to 1
    std::array<float, kEmbedding> embedding{};
  };

  /// Copies the weights, 6.4 MB: `file` need not live on. Throws BadSafetensors if it holds another
  /// model.
  explicit Tagger(const Safetensors& file, const Lanes& lanes = fastest_lanes());

  /// Returns the names of the tags, in the order of their scores. Some are in both halves.
  const std::vector<std::string>& tags() const noexcept { return tags_; }

  /// Runs both networks on `patch`, Musicnn::kFrames frames of LogMels.
  Result run(std::span<const float> patch, Musicnn::Scratch& scratch) const;

 private:
  std::array<Musicnn, 2> networks_;
  std::vector<std::string> tags_;
};

}  // namespace aura::models
