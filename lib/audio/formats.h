#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "aura/base/spool.h"

namespace aura::audio {

// All functions here are thread-safe.

/// A set of allowed containers, a bit per container. Trivially copyable, for messages between
/// processes.
using FormatSet = std::uint32_t;

/// Returns the allowed containers that `label` names by its file extension or media type.
FormatSet formats_said(const Label& label);

/// Returns FFmpeg's names of `formats`, which live as long as the process.
std::vector<const char*> names_of(FormatSet formats);

/// Returns the allowed containers in the form of FFmpeg's `format_whitelist`. With `is_dsdiff`, IFF
/// is among them.
std::string allowed_formats(bool is_dsdiff = false);

/// Returns the allowed decoders in the form of FFmpeg's `codec_whitelist`. All decode audio, so
/// cover art and video reach no decoder.
std::string allowed_decoders();

/// Returns whether librosa reads container `format` (FFmpeg's name) in 16-bit steps. It does so if
/// libsndfile can't open the container: then it takes 16-bit PCM from the ffmpeg program.
bool read_in_16_bit(std::string_view format);

}  // namespace aura::audio
