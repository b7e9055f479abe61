#pragma once

#include "ffmpeg.h"

namespace aura::audio {

/// Corrects the coding of PCM in `stream`, of a WAV or W64 just opened, and its stated duration.
/// - Samples with fewer valid bits than bytes: FFmpeg assumes that all bits are valid. WAVE
///   (Microsoft's WAVEFORMATEXTENSIBLE) puts them at the top of containers; a container has the
///   size of a block divided by the channels.
/// - `is_big_endian`, as in RIFX: FFmpeg 5 reads the header so, but not the samples.
void correct_wave_coding(AVStream& stream, bool is_big_endian);

}  // namespace aura::audio
