#pragma once

#include <stop_token>

#include "aura/analysis/rhythm.h"
#include "aura/dsp/log_mel.h"

namespace aura::analysis {

/// The rhythm of a mel spectrogram of 128 bands at 22,050 Hz with a hop of 512 samples. Memory: 40
/// bytes a frame, 1.7 kB a second. Throws Stopped, and JobError where the spectrogram can't be read
/// back.
Rhythm find_rhythm(const dsp::LogMelSpectrogram& log_mel, const std::stop_token& stop = {});

}  // namespace aura::analysis
