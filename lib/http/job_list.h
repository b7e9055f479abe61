#pragma once

#include <string>

#include "handler.h"

namespace aura::http {

/// Returns one page of jobs, newest first, as the query asks for. Call from the thread of
/// `database` only. Throws BadRequest if the query is wrong.
Response answer_jobs(const Call& call, JobsDatabase& database);

/// Returns the response that starts the stream of events. Thread-safe.
Response start_events(const Call& call, const WorkerState& worker);

/// Returns the running jobs as the data of an event: one line of JSON. Call from the thread of
/// `database` only. Throws nothing but std::bad_alloc: the data says if the database fails.
std::string active_jobs_event(JobsDatabase& database);

}  // namespace aura::http
