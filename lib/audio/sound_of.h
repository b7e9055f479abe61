#pragma once

#include <cstdint>
#include <vector>

#include "aura/base/spool.h"

namespace aura::audio {

/// Bytes of a file that follow each other.
struct Stretch {
  std::uint64_t at = 0;
  std::uint64_t size = 0;

  bool operator==(const Stretch&) const = default;
};

/// What of `spool` is not a tag put around its sound or, in a stream of MPEG audio or ADTS frames,
/// between: ID3v1, ID3v2, APEv2, Lyrics3, and zeros that fill such a stream up. In order; nothing
/// is left out of what is in doubt. FFmpeg knows tags at the front and looks for frames in others,
/// in whose pictures it finds some. Throws JobError.
std::vector<Stretch> sound_of(const Spool& spool);

/// Whether `spool` is MPEG audio of the free format, whose frames don't say how long they are.
/// FFmpeg takes it for nothing that it knows. Throws JobError.
bool is_free_format(const Spool& spool);

}  // namespace aura::audio
