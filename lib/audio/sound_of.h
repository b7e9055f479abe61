#pragma once

#include <cstdint>
#include <vector>

#include "aura/base/spool.h"

namespace aura::audio {

// All functions here are thread-safe.

/// Consecutive bytes of a file.
struct Stretch {
  std::uint64_t at = 0;    ///< offset of the first byte
  std::uint64_t size = 0;  ///< in bytes

  bool operator==(const Stretch&) const = default;
};

/// Returns `spool` without its tags, in order: ID3v1, ID3v2, APEv2 and Lyrics3 around the sound, or
/// between the frames of MPEG audio or ADTS, and zeros that pad such a stream. Keeps doubtful
/// bytes. FFmpeg skips only tags at the front; it searches other tags for frames and finds some in
/// their pictures. Throws what Spool::read throws.
std::vector<Stretch> sound_of(const Spool& spool);

/// Returns whether `spool` is MPEG audio in the free format, whose frames don't state their length.
/// FFmpeg does not recognise it. Throws what Spool::read throws.
bool is_free_format(const Spool& spool);

}  // namespace aura::audio
