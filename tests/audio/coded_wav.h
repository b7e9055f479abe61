#pragma once

#include <span>

#include "files.h"

namespace aura::audio {

/// How a WAV says what its samples are.
struct WavCoding {
  bool is_extensible;
  int bytes;  ///< of a sample
  int bits;   ///< stated, for an extensible one apart from `valid`
  int valid;  ///< 0: not stated
  int channels;
  bool is_rf64 = false;
  bool is_dirty = false;  ///< the bits below the valid ones hold sound too, not zeros
};

/// Returns the bits of a sample that `coding` says hold sound: all if it doesn't say.
int valid_bits(const WavCoding& coding);

/// Returns a WAV of `samples` (channels interleaved, full scale ±1), each rounded to the valid
/// bits, which are the uppermost.
Bytes coded_wav(const WavCoding& coding, int sample_rate_hz, std::span<const double> samples);

}  // namespace aura::audio
