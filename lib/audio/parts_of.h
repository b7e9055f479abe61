#pragma once

#include <vector>

#include "aura/base/spool.h"
#include "sound_of.h"

namespace aura::audio {

/// Stretches of a file. Joined, they are a file of their own.
using Part = std::vector<Stretch>;

/// Cuts sound_of(spool) into files that are heard one after the other: the links of a chained Ogg
/// (RFC 3533, section 4). Live streams have one link for each song. Links may differ in codec,
/// sample rate and channels, which FFmpeg does not follow. Returns at least one part and at most
/// 1,000; the last part then holds all further links. Throws JobError if `spool` can't be read.
std::vector<Part> parts_of(const Spool& spool);

}  // namespace aura::audio
