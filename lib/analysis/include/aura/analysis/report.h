#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aura/analysis/measurements.h"
#include "aura/analysis/recommendations.h"
#include "aura/analysis/reference.h"
#include "aura/analysis/scores.h"
#include "aura/analysis/similar_hit.h"
#include "aura/audio/tags.h"

namespace aura::analysis {

/// The measurements of a track, with the scores and advice that follow from them.
struct Report {
  Measurements measured;
  Scores scores;
  std::vector<Recommendation> recommendations;
  std::vector<SimilarHit> similar_hits;  ///< the most similar first
  std::optional<Reference> reference;    ///< if the maker names one that can be had
  std::size_t lyrics_words = 0;
  std::vector<std::string> warnings;  ///< read before you trust the numbers; one line each
  audio::Tags file_tags{};            ///< of the file; left empty by workers
};

// All functions here are thread-safe.

/// Returns the `fullReport` object on one line. Throws std::logic_error if a number is not finite.
std::string to_json(const Report& report);
/// Returns only the `recommendations` array of the report.
std::string recommendations_json(const Report& report);
/// Returns the `similarHits` array: the hits of the report, without what was measured of them.
std::string similar_hits_json(const Report& report);
/// Returns the report as text for people, with `title` as its first line. Ends with a line break.
std::string to_text(const Report& report, std::string_view title);

}  // namespace aura::analysis
