#pragma once

#include "aura/base/spool.h"

namespace aura::audio {

/// Whether `spool` tells that its end is missing in a way that FFmpeg passes over: a WAV shorter
/// than its header states, an Ogg whose last page is incomplete or not the one that ends a stream.
/// Throws what reading it throws.
bool lacks_end(const Spool& spool);

}  // namespace aura::audio
