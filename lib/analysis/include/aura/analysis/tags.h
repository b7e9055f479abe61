#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "aura/models/tagger.h"

namespace aura::analysis {

/// How tracks are tagged: other models and other numbers of patches give other tags.
struct Tagging {
  std::string model;        ///< name and the start of its file's SHA-256: "musicnn a19be4ba5eef"
  std::size_t patches = 0;  ///< at most; models::TrackTagger::kEveryPatch: all that sound

  bool operator==(const Tagging&) const = default;
};

/// Networks that tag tracks, and how. Immutable, so thread-safe.
struct NamedTagger {
  Tagging tagging;
  models::Tagger tagger;
};

/// The scores of all tags over time, 255 for a score of 1.
struct Taggram {
  static constexpr std::size_t kMostColumns = 64;
  std::vector<double> starts_s;      ///< of each column, ascending
  std::vector<std::uint8_t> scores;  ///< [column][models::Tagger::kTags]

  bool operator==(const Taggram&) const = default;
};

/// What neural networks say of a track: means over patches of three seconds. A hint. The scores are
/// in the order of models::tag_uses().
struct Tags {
  Tagging tagging;
  std::size_t patches = 0;  ///< how many were heard; 0 for silence, and all scores are then 0
  std::array<float, models::Tagger::kTags> scores{};  ///< 0 to 1
  std::array<float, models::Tagger::kEmbedding> embedding{};
  Taggram taggram;  ///< a column per patch, or per group of neighbouring patches

  bool operator==(const Tags&) const = default;
};

}  // namespace aura::analysis
