#pragma once

#include "aura/audio/decode.h"
#include "formats.h"

namespace aura::audio {

/// Does what decode() does, with the formats that a label names instead of the label.
Decoded decode_as_said(const Spool& file, FormatSet said, const DecodeLimits& limits,
                       const SampleSink& sink, const std::stop_token& stop = {});

}  // namespace aura::audio
