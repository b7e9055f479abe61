#pragma once

#include "ffmpeg.h"
#include "spool_input.h"

namespace aura::audio {

/// Opens the container that `input` holds: as `format`, or with null as what its content is like.
/// Returns null if it is none of the allowed formats. FFmpeg opens nothing else. The caller keeps
/// `input` alive. Throws what SpoolInput::check() throws; std::bad_alloc. Thread-safe.
FormatHandle open_container(SpoolInput& input, const AVInputFormat* format);

/// Returns a copy of `text` that FFmpeg frees. Throws std::bad_alloc. Thread-safe.
char* copy_for_ffmpeg(const std::string& text);

}  // namespace aura::audio
