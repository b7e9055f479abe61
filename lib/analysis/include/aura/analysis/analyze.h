#pragma once

#include <stop_token>

#include "aura/analysis/judge.h"
#include "aura/analysis/measure.h"
#include "aura/analysis/step.h"

namespace aura::analysis {

/// The report of a track, and the time that its measurement took.
struct Analysis {
  Report report;
  Times times;
};

/// The input of analyze(). The caller keeps `file` and the text of `lyrics` alive.
struct Track {
  const Spool& file;  ///< a complete audio file
  Lyrics lyrics{};
};

/// Analyses `track` from the bytes of its file to the report: judge(measure()). Uses no database
/// and no network. Calls `on_step` from the calling thread with each percentage from step::kDecoded
/// on, in order. Thread-safe. Throws what measure() throws.
Analysis analyze(const Track& track, const audio::Decoder& decoder,
                 const audio::DecodeLimits& limits, const OnProgress& on_step = {},
                 const std::stop_token& stop = {});

}  // namespace aura::analysis
