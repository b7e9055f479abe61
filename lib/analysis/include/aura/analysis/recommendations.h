#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "aura/analysis/features.h"
#include "aura/analysis/rhythm.h"
#include "aura/analysis/scores.h"

namespace aura::analysis {

struct Recommendation {
  /// production, mixing, mastering, arrangement, lyrics, vocals, marketing or branding
  std::string_view type;
  std::string note;
  std::string_view priority;  ///< low, medium or high
};

/// Returns what to do about the track, most pressing first. Advice on the tempo follows
/// `rhythm.bpm`, and librosa's tempo where that is 0; where both are 0 there is none. Without words
/// of lyrics there is no advice on lyrics.
std::vector<Recommendation> recommend(const Features& features, const Rhythm& rhythm,
                                      const Scores& scores, std::size_t lyrics_words);

}  // namespace aura::analysis
