#pragma once

#include <string>
#include <string_view>

namespace aura::audio {

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
