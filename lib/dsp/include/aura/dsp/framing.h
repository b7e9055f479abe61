#pragma once

#include <cstddef>

namespace aura::dsp {

// The format in which tracks are analysed: librosa's defaults. All else is derived from these.

inline constexpr int kSampleRateHz = 22'050;
inline constexpr std::size_t kFftSize = 2048;   ///< n_fft: samples of a frame and of its transform
inline constexpr std::size_t kHopLength = 512;  ///< samples from a frame to the next
inline constexpr std::size_t kMelBands = 128;

/// From a frame to the next.
inline constexpr double kFrameSeconds = kHopLength / static_cast<double>(kSampleRateHz);
inline constexpr double kFramesPerMinute = 60.0 * kSampleRateHz / kHopLength;

}  // namespace aura::dsp
