#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "aura/audio/decode.h"

namespace aura::audio {

/// A WAV file: header, samples, end.
struct WavForm {
  SoundFormat sound;
  int bits = 16;              ///< of a sample: 16 or 24 (PCM), or 32 (floating point)
  std::uint64_t moments = 0;  ///< samples of each channel
};

// All functions here are thread-safe.

/// Returns the bytes before the samples. A file beyond 4 GiB becomes an RF64 (EBU Tech 3306).
std::string wav_header(const WavForm& form);

/// Appends `samples` to `bytes` as PCM of 16 or 24 bits. Full scale is ±1; larger samples are
/// clipped.
void append_pcm(std::string& bytes, std::span<const float> samples, int bits);

/// Appends `samples` to `bytes` as they are, for 32 bits: nothing is clipped.
void append_float(std::string& bytes, std::span<const float> samples);

/// Returns the bytes behind the samples: one if their number is odd, else none.
std::string wav_end(const WavForm& form);

}  // namespace aura::audio
