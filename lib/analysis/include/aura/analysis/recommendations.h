#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "aura/analysis/features.h"
#include "aura/analysis/rhythm.h"
#include "aura/analysis/scores.h"

namespace aura::analysis {

/// A piece of advice.
struct Recommendation {
  /// production, mixing, mastering, arrangement, lyrics, vocals, marketing or branding
  std::string_view type;
  std::string note;
  std::string_view priority;  ///< low, medium or high
};

/// Returns advice on the track, most pressing first. Advice on the tempo follows `rhythm.bpm`, or
/// librosa's tempo if `rhythm.bpm` is 0; if both are 0, there is no such advice. Without words
/// there is no advice on lyrics. Thread-safe.
std::vector<Recommendation> recommend(const Features& features, const Rhythm& rhythm,
                                      const Scores& scores, std::size_t lyrics_words);

}  // namespace aura::analysis
