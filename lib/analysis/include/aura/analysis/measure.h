#pragma once

#include <chrono>
#include <stop_token>

#include "aura/analysis/measurements.h"
#include "aura/audio/decoder.h"
#include "aura/base/spool.h"

namespace aura::analysis {

/// How the time of a measurement was spent.
struct Times {
  std::chrono::nanoseconds decode{};    ///< waiting for samples
  std::chrono::nanoseconds features{};  ///< measuring samples, and all work after the last one
};

struct Measured {
  Measurements measurements;
  Times times;
};

/// Measures `file`, an audio file. Decoding and measuring are one pass over the samples, so memory
/// does not grow with the track, except as FeatureExtractor and audio::decode state.
///
/// Thread-safe. Calls `on_step` from the calling thread with 20, 30, 40 and 50, see step. Throws
/// JobError if the file can't be analysed, and Stopped soon after `stop` asks.
Measured measure(const Spool& file, const audio::Decoder& decoder,
                 const audio::DecodeLimits& limits, const OnProgress& on_step = {},
                 const std::stop_token& stop = {});

/// Whether nothing can be heard in the mean of the channels.
bool is_silent(const Core& core) noexcept;

/// Whether the channels sound and their mean doesn't: one plays the opposite of another.
bool channels_cancel(const Core& core) noexcept;

}  // namespace aura::analysis
