#pragma once

#include <stop_token>

#include "aura/analysis/judge.h"
#include "aura/analysis/measure.h"
#include "aura/analysis/step.h"

namespace aura::analysis {

struct Analysis {
  Report report;
  Times times;
};

struct Track {
  const Spool& file;  ///< an audio file, whole
  Lyrics lyrics{};
};

/// The whole analysis of a track, from the bytes of its file to the report: judge(measure()). Knows
/// no database and no network. Thread-safe. Calls `on_step` from the calling thread with each
/// percentage, in order. Throws JobError if the file can't be analysed, and Stopped soon after
/// `stop` asks.
Analysis analyze(const Track& track, const audio::Decoder& decoder,
                 const audio::DecodeLimits& limits, const OnProgress& on_step = {},
                 const std::stop_token& stop = {});

}  // namespace aura::analysis
