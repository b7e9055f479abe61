#pragma once

#include "ffmpeg.h"

namespace aura::audio {

/// Corrects the PCM coding and the stated duration of `stream`, of a WAV or W64 just opened.
/// - Samples with fewer valid bits than their bytes hold: FFmpeg takes the valid bits for the size.
///   WAVE (Microsoft's WAVEFORMATEXTENSIBLE) puts them at the top of containers; a container has
///   the size of a block divided by the channels.
/// - `is_big_endian`, for RIFX: FFmpeg 5 reads the header as big-endian, but not the samples.
///
/// Thread-safe for different streams.
void correct_wave_coding(AVStream& stream, bool is_big_endian);

}  // namespace aura::audio
