#pragma once

#include <stop_token>

#include "aura/analysis/timbre.h"
#include "aura/dsp/chroma.h"
#include "aura/dsp/log_mel.h"

namespace aura::analysis {

/// Returns the timbre of a track with dsp::kMelBands, dsp::kSampleRateHz and dsp::kHopLength.
/// Memory: less than 1 MB. Thread-safe. Throws Stopped after `stop` is requested, and what
/// Spool::read throws.
Timbre find_timbre(const dsp::LogMelSpectrogram& log_mel, const dsp::TunedChroma& chroma,
                   const std::stop_token& stop = {});

}  // namespace aura::analysis
