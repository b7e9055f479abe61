#pragma once

#include <chrono>
#include <stop_token>

#include "aura/analysis/measurements.h"
#include "aura/audio/decoder.h"
#include "aura/base/spool.h"

namespace aura::analysis {

/// The time that the steps of a measurement took.
struct Times {
  std::chrono::nanoseconds decode{};    ///< waiting for samples
  std::chrono::nanoseconds features{};  ///< measuring samples, and all work after the last one
  std::chrono::nanoseconds tagging{};   ///< what neural networks took of `features`
};

/// The measurements of a file, and the time that they took.
struct Measured {
  Measurements measurements;
  Times times;
};

/// Measures `file`, an audio file: all parts that KnownParts{} lacks. Decodes and measures in one
/// pass over the samples, so memory grows with the track only as FeatureExtractor and
/// audio::decode() state.
///
/// Calls `on_step` from the calling thread with step::kDecoded, kSpectra, kOnsets and kTempo.
/// Thread-safe. Throws what audio::Decoder::decode() throws; JobError "bad_samples" if the sound is
/// far too loud to be sound; Stopped soon after `stop` is requested; what Spool::append,
/// Spool::read and `on_step` throw.
Measured measure(const Spool& file, const audio::Decoder& decoder,
                 const audio::DecodeLimits& limits, const OnProgress& on_step = {},
                 const std::stop_token& stop = {});

/// As measure(), but measures only parts that `known` lacks. `known` belongs to the same bytes and
/// to the versions of today. Decodes nothing if no part is missing; then calls no `on_step`.
/// `limits` refuse known tracks too. Tags only usual samples: see has_usual_samples(). Stops
/// between two patches that the tagger hears. Thread-safe.
Measured measure_missing(KnownParts known, const Spool& file, const audio::Decoder& decoder,
                         const audio::DecodeLimits& limits, const OnProgress& on_step = {},
                         const std::stop_token& stop = {});

/// Returns whether `limits` only decide which tracks are accepted, so that measurements may be
/// stored. Other samples give other numbers. Thread-safe.
bool has_usual_samples(const audio::DecodeLimits& limits) noexcept;

/// Returns whether the mean of the channels is silent: an RMS below -90 dBFS. Thread-safe.
bool is_silent(const Core& core) noexcept;

/// Returns whether the channels sound but their mean is silent, because they cancel out.
/// Thread-safe.
bool channels_cancel(const Core& core) noexcept;

}  // namespace aura::analysis
