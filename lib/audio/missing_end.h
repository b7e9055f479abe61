#pragma once

#include "aura/base/spool.h"

namespace aura::audio {

/// Returns whether the end of `spool` is missing in a way that FFmpeg ignores: a WAV shorter than
/// its header states, or an Ogg whose last page is incomplete. Thread-safe. Throws what Spool::read
/// throws.
bool lacks_end(const Spool& spool);

}  // namespace aura::audio
