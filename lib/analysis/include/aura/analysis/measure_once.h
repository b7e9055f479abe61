#pragma once

#include <stop_token>

#include "aura/analysis/measure.h"
#include "aura/analysis/measurement_cache.h"
#include "aura/base/sha256.h"

namespace aura::analysis {

/// The measurements of a file, and what the cache did for them.
struct MeasuredOnce {
  Measurements measurements;
  Sha256 content{};            ///< content_hash() of the file
  bool is_hit = false;         ///< They come from the cache: nothing was decoded.
  bool is_unwritable = false;  ///< The cache's folder can't be written.
};

/// Returns what measure() returns, but takes the parts that `cache` holds from there, measures the
/// others and stores them there. Without a `cache` measures all. Stores no errors. `limits` apply
/// to stored measurements too. Calls `on_step` as measure() does, but not at a hit. See KnownParts
/// for `wants_fingerprint` and `tagger`, which may be null. Thread-safe. Throws what measure() and
/// content_hash() throw.
MeasuredOnce measure_once(const Spool& file, const audio::Decoder& decoder,
                          const audio::DecodeLimits& limits, MeasurementCache* cache,
                          const OnProgress& on_step = {}, const std::stop_token& stop = {},
                          bool wants_fingerprint = false, const NamedTagger* tagger = nullptr);

}  // namespace aura::analysis
