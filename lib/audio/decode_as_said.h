#pragma once

#include "aura/audio/decode.h"
#include "formats.h"

namespace aura::audio {

/// Decodes like decode(), but takes the formats that the label names instead of the label.
Decoded decode_as_said(const Spool& file, FormatSet said, const DecodeLimits& limits,
                       const SampleSink& sink, const std::stop_token& stop = {});

/// The same for decode_interleaved().
Decoded decode_interleaved_as_said(const Spool& file, FormatSet said, const DecodeLimits& limits,
                                   const SoundFormat& wanted, const InterleavedSink& sink,
                                   const std::stop_token& stop = {});

}  // namespace aura::audio
