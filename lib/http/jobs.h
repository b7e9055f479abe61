#pragma once

#include "handler.h"

namespace aura::http {

// Each handler answers for the job that `call.value` names, and 404 if it does not exist. See
// openapi.json for the bodies. Call from the thread of `database` only.

/// Returns how far the job is.
Response answer_status(const Call& call, JobsDatabase& database);
/// Returns the result of a completed job; 409 for a job that is not completed.
Response answer_result(const Call& call, JobsDatabase& database);
/// Returns the job as the page shows it, with its report if it is completed.
Response answer_job(const Call& call, JobsDatabase& database);
/// Returns what the page draws of the job's track; 404 also if no pictures are kept.
Response answer_pictures(const Call& call, JobsDatabase& database);

/// Returns what the report of a completed job tells in the shape of Spotify's audio features. 409
/// for a job without a report. Throws BadRequest if the parameter `missing` is neither null nor
/// omit.
Response answer_audio_features(const Call& call, JobsDatabase& database);

}  // namespace aura::http
