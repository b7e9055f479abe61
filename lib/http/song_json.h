#pragma once

#include "aura/catalogue/neighbour_index.h"
#include "aura/catalogue/song.h"
#include "json_response.h"

namespace aura::http {

/// Returns a song as lists, hits and pages show it: id, song, artist, year, and what else is known
/// of it. Omits its origin, which may hold secrets. Thread-safe.
Json to_json(catalogue::RowId id, const catalogue::Song& song, const catalogue::SongFacts& facts);

}  // namespace aura::http
