#pragma once

#include <optional>
#include <string_view>

#include "aura/analysis/measurements.h"
#include "aura/analysis/report.h"

namespace aura::analysis {

struct Lyrics {
  std::optional<std::string_view> text{};  ///< UTF-8; nothing if none were supplied
  bool is_cut = false;                     ///< `text` is only the beginning of the lyrics
};

/// Makes the report of a track from its measurements and lyrics: scores, recommendations, warnings.
/// Needs no file. Thread-safe. Calls `on_step` from the calling thread with 60, 70, 80 and 90, see
/// step.
Report judge(Measurements measurements, const Lyrics& lyrics, const OnProgress& on_step = {});

}  // namespace aura::analysis
