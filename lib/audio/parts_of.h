#pragma once

#include <vector>

#include "aura/base/spool.h"
#include "sound_of.h"

namespace aura::audio {

/// Stretches of a file that, joined, form a file of their own.
using Part = std::vector<Stretch>;

/// Returns the parts of sound_of(spool) that are played one after the other: the links of a chained
/// Ogg (RFC 3533, section 4), else the whole. Live streams have a link per song. Links may differ
/// in codec, sample rate and channels, which FFmpeg does not follow. Returns at least one part and
/// at most 1,000; the last part then holds all further links. Thread-safe. Throws what Spool::read
/// throws.
std::vector<Part> parts_of(const Spool& spool);

}  // namespace aura::audio
