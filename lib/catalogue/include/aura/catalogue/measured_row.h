#pragma once

#include "aura/analysis/measurements.h"
#include "aura/base/sha256.h"
#include "aura/catalogue/catalogue.h"
#include "aura/catalogue/song.h"

namespace aura::catalogue {

// All functions here are thread-safe.

/// Returns the vector of the part timbre, in its version of today.
RawVector vector_of(const analysis::Timbre& timbre);

/// Returns the row of a song whose file has these measurements and the SHA-256 `content`.
NewRow make_row(const Sha256& content, Song song, const analysis::Measurements& measured);

}  // namespace aura::catalogue
