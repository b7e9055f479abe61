#pragma once

#include <cstddef>
#include <string_view>

#include "aura/analysis/features.h"

namespace aura::analysis {

/// The name of the model that computes the scores. Every change of the scores changes it.
inline constexpr std::string_view kModelVersion = "AURA-v2.1";

/// Whole numbers from 0 to 100.
struct Scores {
  int hit_factor = 0;
  int audio = 0;
  int lyrics = 0;
  int brand = 0;
  int market = 0;
};

/// Returns the scores of a track from its features and the number of words in its lyrics, 0 without
/// lyrics. Thread-safe.
Scores score(const Features& features, std::size_t lyrics_words) noexcept;

}  // namespace aura::analysis
