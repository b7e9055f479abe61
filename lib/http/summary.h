#pragma once

#include "handler.h"

namespace aura::http {

/// Returns the jobs by status and the jobs that ended in each minute of the last hour. At most two
/// seconds old. Call from the thread of `database` only.
Response answer_summary(const Call& call, JobsDatabase& database);

}  // namespace aura::http
