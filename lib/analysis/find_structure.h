#pragma once

#include <stop_token>

#include "aura/analysis/structure.h"
#include "aura/dsp/chroma.h"
#include "aura/dsp/log_mel.h"

namespace aura::analysis {

/// Returns the form of a track of `duration_s` from its mel spectrogram, with dsp::kSampleRateHz
/// and dsp::kHopLength, and its chroma. A section is what is alike in harmony and sound; sections
/// begin where that describes the track best (see segments_of()). Memory: less than 1 MB.
/// Thread-safe. Throws Stopped after `stop` is requested, and what Spool::read throws.
Structure find_structure(const dsp::LogMelSpectrogram& log_mel, const dsp::TunedChroma& chroma,
                         double duration_s, const std::stop_token& stop = {});

}  // namespace aura::analysis
