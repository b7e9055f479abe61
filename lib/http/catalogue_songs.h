#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "handler.h"

namespace aura::http {

// The operator's catalogue. See openapi.json for the bodies. Call each handler from the thread of
// `database` only. Each throws Unavailable if the database has no catalogue.

/// Returns one page of songs, newest first, as the query asks for, and the state of the index.
/// Throws BadRequest if the query is wrong.
Response answer_songs(const Call& call, JobsDatabase& database);
/// Returns the song whose id is `call.value`; 404 if there is none.
Response answer_song(const Call& call, JobsDatabase& database);
/// Removes the song whose id is `call.value`; 404 if there is none.
Response remove_song(const Call& call, JobsDatabase& database);
/// Adds the track of the completed job that the body names. Throws BadRequest if the body is wrong.
Response add_song(const Call& call, JobsDatabase& database);

/// Returns `segment` if it is an id of a song, else nothing. Thread-safe.
std::optional<std::string> song_id_of(std::string_view segment);

}  // namespace aura::http
