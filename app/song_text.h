#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "aura/catalogue/catalogue.h"
#include "aura/catalogue/similar.h"

namespace aura::app {

// All functions here are thread-safe.

/// Returns the heading of a list of songs, and a song's line. Both fit to each other.
std::string list_heading();
std::string list_line(const catalogue::CatalogueRow& row);

/// {"id", "song", "artist", "tempo"?, "key"?, "loudness"?, …, "origin"}. Omits the query of a URL.
nlohmann::ordered_json to_json(const catalogue::CatalogueRow& row);

/// Returns the heading of a list of hits, and a hit's line.
std::string hits_heading();
std::string hit_line(const catalogue::SimilarHit& hit);

/// The same for files, which are shown by their paths.
std::string file_hits_heading();
std::string file_hit_line(const catalogue::SimilarHit& hit, const std::string& path);

/// {"song", "artist", "year"?, "similarity", "spotifyUrl"?, "imageUrl"?, "tempo"?, "key"?,
/// "loudness"?}
nlohmann::ordered_json to_json(const catalogue::SimilarHit& hit);

/// Returns an origin as it may be shown: a path without detours, a URL without its query.
std::string origin_text(const std::string& origin);

/// Returns `text` on one line, cut or padded to `width` characters.
std::string fit(const std::string& text, std::size_t width);

}  // namespace aura::app
