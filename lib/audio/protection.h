#pragma once

#include "aura/base/error.h"
#include "ffmpeg.h"

namespace aura::audio {

/// Whether `stream` of `format` is declared to be encrypted (DRM): as iTunes, Audible, Windows
/// Media and Matroska do. The packets of an MP4 tell each for itself, see the other.
bool is_protected(const AVFormatContext& format, const AVStream& stream);

/// Whether `packet` is encrypted, MPEG's common encryption being meant.
bool is_protected(const AVPacket& packet);

/// JobError "protected", not worth a retry.
JobError protected_file();

}  // namespace aura::audio
