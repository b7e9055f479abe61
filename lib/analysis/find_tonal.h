#pragma once

#include "aura/analysis/tonal.h"
#include "aura/dsp/chroma.h"

namespace aura::analysis {

/// Returns the key of a track. Thread-safe.
Tonal find_tonal(const dsp::TunedChroma& chroma);

}  // namespace aura::analysis
