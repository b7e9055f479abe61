#pragma once

#include <optional>
#include <string_view>

#include "aura/analysis/measurements.h"
#include "aura/analysis/report.h"

namespace aura::analysis {

/// The lyrics of a track. The caller keeps the text alive.
struct Lyrics {
  std::optional<std::string_view> text{};  ///< UTF-8; nothing if none were supplied
  bool is_cut = false;                     ///< `text` is only the beginning of the lyrics
};

/// Returns the report of a track from its measurements and lyrics: scores, recommendations,
/// warnings. Needs no file. Similar hits and a reference are the caller's to add, and then the
/// advice of recommend() on them. Calls `on_step` from the calling thread with step::kLyrics,
/// kScores and kRecommendations. Thread-safe. Throws what `on_step` throws.
Report judge(Measurements measurements, const Lyrics& lyrics, const OnProgress& on_step = {});

}  // namespace aura::analysis
