#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "aura/analysis/features.h"
#include "aura/analysis/pictures.h"
#include "aura/analysis/recommendations.h"
#include "aura/analysis/rhythm.h"
#include "aura/analysis/scores.h"
#include "aura/analysis/tonal.h"
#include "aura/dsp/loudness.h"

namespace aura::analysis {

/// What the time of an analysis went to.
struct Times {
  std::chrono::nanoseconds decode{};    ///< waiting for samples
  std::chrono::nanoseconds features{};  ///< measuring them, and what follows the last of them
};

/// All that an analysis found.
struct Report {
  Features features{};
  Rhythm rhythm;
  Tonal tonal;
  dsp::Loudness loudness;
  double danceability = 0;           ///< 0 to 3; see dsp::DanceabilityMeter
  double dynamic_complexity_db = 0;  ///< as Essentia's; see dsp::DynamicsMeter
  Scores scores;
  std::vector<Recommendation> recommendations;
  std::size_t lyrics_words = 0;
  double duration_s = 0;
  std::vector<std::string> warnings;  ///< what to know before trusting the numbers; one line each
  Times times;                        ///< not part of `fullReport`
  Pictures pictures;                  ///< not part of `fullReport`: see pictures_json()
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
