#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "aura/dsp/log_mel.h"

namespace aura::test {

inline constexpr std::size_t kFftSize = 2048;
inline constexpr std::size_t kHopLength = 512;
inline constexpr double kBinWidthHz = 22050.0 / kFftSize;

/// The mel spectrogram in dB, 128 bands, of all of `signal`.
dsp::LogMelSpectrogram log_mel_of(std::span<const float> signal);

}  // namespace aura::test
