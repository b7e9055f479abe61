#pragma once

#include <stop_token>

#include "aura/analysis/pictures.h"
#include "aura/dsp/log_mel.h"
#include "aura/dsp/waveform.h"
#include "find_rhythm.h"

namespace aura::analysis {

/// The pictures of a track from what was measured of it, at 22,050 Hz with a hop of 512 samples.
/// Throws Stopped, and JobError where the spectrogram can't be read back.
Pictures draw(const dsp::Waveform& waveform, const dsp::LogMelSpectrogram& log_mel,
              const FoundRhythm& rhythm, const std::stop_token& stop = {});

}  // namespace aura::analysis
