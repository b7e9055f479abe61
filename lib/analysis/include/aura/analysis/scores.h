#pragma once

#include <cstddef>
#include <string_view>

#include "aura/analysis/features.h"

namespace aura::analysis {

/// The model that the scores come from; changes with every change to what they are.
inline constexpr std::string_view kModelVersion = "AURA-v2.1";

/// Whole numbers from 0 to 100.
struct Scores {
  int hit_factor = 0;
  int audio = 0;
  int lyrics = 0;
  int brand = 0;
  int market = 0;
};

/// The scores of a track with these features and so many words of lyrics (0: without lyrics).
Scores score(const Features& features, std::size_t lyrics_words) noexcept;

}  // namespace aura::analysis
