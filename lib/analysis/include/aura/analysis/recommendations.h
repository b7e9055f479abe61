#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aura/analysis/features.h"
#include "aura/analysis/scores.h"

namespace aura::analysis {

struct Recommendation {
  /// production, mixing, mastering, arrangement, lyrics, vocals, marketing or branding
  std::string_view type;
  std::string note;
  std::string_view priority;  ///< low, medium or high
};

/// What to do about the track, most pressing first. A tempo of 0 means that none was found, and
/// draws no advice.
std::vector<Recommendation> recommend(const Features& features, const Scores& scores);

}  // namespace aura::analysis
