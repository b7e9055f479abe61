#pragma once

#include "aura/audio/tags.h"
#include "aura/catalogue/song.h"

namespace aura::app {

/// Returns the song that a file's tags name: its song and artist are empty if they don't. It has no
/// origin. Thread-safe.
catalogue::Song song_of(const audio::Tags& tags);

}  // namespace aura::app
