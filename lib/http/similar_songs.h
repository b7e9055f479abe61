#pragma once

#include "handler.h"

namespace aura::http {

/// Returns the songs of the catalogue that sound like the track of the completed job that
/// `call.value` names. 404 if there is no such job, 409 if it is not completed, 410 if what was
/// measured of its track is gone, or lacks the kind of vector in use. Throws Unavailable if there
/// is no catalogue to search, and BadRequest if the query is wrong. Call from the thread of
/// `database` only.
Response answer_similar(const Call& call, JobsDatabase& database);

}  // namespace aura::http
