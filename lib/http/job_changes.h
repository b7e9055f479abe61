#pragma once

#include "handler.h"

namespace aura::http {

// Both handlers take JSON only: a page of another origin can make its visitor's browser send any
// other type to this machine. Call from the thread of `database` only. Each throws BadRequest if
// the client must change the request.

/// Inserts the job that the body describes. Returns 202 and its jobId.
Response submit_job(const Call& call, JobsDatabase& database);

/// Queues the job again that `call.value` names, if it failed, waits or is an orphan. Returns 202,
/// 404 or 409.
Response retry_job(const Call& call, JobsDatabase& database);

}  // namespace aura::http
