#pragma once

#include <stop_token>

#include "aura/analysis/pictures.h"
#include "aura/dsp/log_mel.h"
#include "aura/dsp/waveform.h"
#include "find_rhythm.h"

namespace aura::analysis {

/// Returns the pictures of a track with dsp::kSampleRateHz and dsp::kHopLength. Thread-safe. Throws
/// Stopped after `stop` is requested, and what Spool::read throws.
Pictures draw(const dsp::Waveform& waveform, const dsp::LogMelSpectrogram& log_mel,
              const FoundRhythm& rhythm, const std::stop_token& stop = {});

}  // namespace aura::analysis
