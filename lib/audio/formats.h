#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "aura/base/spool.h"

namespace aura::audio {

/// A set of allowed containers, one bit each. Trivially copyable, for messages between processes.
using FormatSet = std::uint32_t;

/// The allowed containers that the name's extension or the media type of `label` stands for.
FormatSet formats_said(const Label& label);

/// FFmpeg's names of `formats`. They live as long as the process.
std::vector<const char*> names_of(FormatSet formats);

/// The containers that are opened, as FFmpeg's `format_whitelist` takes them; of a file that is
/// DSDIFF, the one for IFF too.
std::string allowed_formats(bool is_dsdiff = false);

/// The decoders that may be opened, as FFmpeg's `codec_whitelist` takes them, of audio alone. A
/// file's cover art and video reach none.
std::string allowed_decoders();

/// Whether librosa has the audio in container `format` (FFmpeg's name of it) in 16-bit steps: it
/// reads what libsndfile can't open through the ffmpeg program, as 16-bit PCM.
bool read_in_16_bit(std::string_view format);

}  // namespace aura::audio
