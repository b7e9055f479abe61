#include "find_tags.h"

#include <algorithm>
#include <cmath>

namespace aura::analysis {
namespace {

/// Patches that follow each other share a column if there are too many.
Taggram taggram_of(const std::vector<models::TaggedPatch>& patches) {
  Taggram taggram;
  const auto columns = std::min(patches.size(), Taggram::kMostColumns);
  for (std::size_t column = 0; column < columns; ++column) {
    const auto begin = column * patches.size() / columns;
    const auto end = (column + 1) * patches.size() / columns;
    taggram.starts_s.push_back(patches[begin].start_s);
    for (std::size_t tag = 0; tag < models::Tagger::kTags; ++tag) {
      float sum = 0;
      for (auto patch = begin; patch < end; ++patch) sum += patches[patch].scores[tag];
      const float mean = sum / static_cast<float>(end - begin);
      taggram.scores.push_back(static_cast<std::uint8_t>(std::lround(255 * mean)));
    }
  }
  return taggram;
}

}  // namespace

Tags to_tags(const Tagging& tagging, const models::TrackTags& found) {
  return {.tagging = tagging,
          .patches = found.patches.size(),
          .scores = found.scores,
          .embedding = found.embedding,
          .taggram = taggram_of(found.patches)};
}

}  // namespace aura::analysis
