#pragma once

#include "aura/base/error.h"
#include "ffmpeg.h"

namespace aura::audio {

// All functions here are thread-safe.

/// Returns whether `format` declares `stream` as encrypted (DRM), as iTunes, Audible, Windows Media
/// and Matroska do. In an MP4 each packet says so itself, see below.
bool is_protected(const AVFormatContext& format, const AVStream& stream);

/// Returns whether `packet` has MPEG's common encryption.
bool is_protected(const AVPacket& packet);

/// Returns JobError "protected", not worth a retry.
JobError protected_file();

}  // namespace aura::audio
