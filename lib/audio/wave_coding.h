#pragma once

#include "ffmpeg.h"

namespace aura::audio {

/// Puts right the coding of PCM in `stream`, of a WAV or W64 just opened, whose samples have fewer
/// valid bits than bytes: FFmpeg takes the valid bits for all there are, WAVE (Microsoft's
/// WAVEFORMATEXTENSIBLE) has them at the top of containers whose size is that of a block by the
/// channels. The stated duration follows.
void correct_wave_coding(AVStream& stream);

}  // namespace aura::audio
