#pragma once

#include <stop_token>

#include "aura/analysis/measure.h"
#include "aura/analysis/measurement_cache.h"

namespace aura::analysis {

/// The measurements of a file, and what the cache did for them.
struct MeasuredOnce {
  Measurements measurements;
  bool is_hit = false;         ///< They come from the cache: nothing was decoded.
  bool is_unwritable = false;  ///< The cache's folder can't be written.
};

/// Returns what measure() returns, but takes the measurements from `cache` if it holds them, and
/// stores them there if not. Stores no errors. `limits` apply to stored measurements too.
/// Calls `on_step` as measure() does, but not at a hit. Not thread-safe: `cache` is not. Throws
/// what measure() and content_sha256() throw.
MeasuredOnce measure_once(const Spool& file, const audio::Decoder& decoder,
                          const audio::DecodeLimits& limits, MeasurementCache& cache,
                          const OnProgress& on_step = {}, const std::stop_token& stop = {});

}  // namespace aura::analysis
