#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "aura/analysis/measurements.h"
#include "aura/analysis/recommendations.h"
#include "aura/analysis/scores.h"

namespace aura::analysis {

/// What is told of a track: its measurements, and what was judged from them.
struct Report {
  Measurements measured;
  Scores scores;
  std::vector<Recommendation> recommendations;
  std::size_t lyrics_words = 0;
  std::vector<std::string> warnings;  ///< what to know before trusting the numbers; one line each
};

/// The `fullReport` object, on one line. Every number in it is finite: throws std::logic_error
/// otherwise.
std::string to_json(const Report& report);
/// Its `recommendations` array alone.
std::string recommendations_json(const Report& report);
/// Its `similar_hits` array alone.
std::string similar_hits_json(const Report& report);
/// The report for people, under `title`; several lines, the last one ended.
std::string to_text(const Report& report, std::string_view title);

}  // namespace aura::analysis
