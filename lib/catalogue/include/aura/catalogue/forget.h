#pragma once

#include <cstdint>
#include <string>

#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"

namespace aura::catalogue {

/// What forgetting has deleted.
struct Forgotten {
  std::int64_t jobs = 0;      ///< the jobs that were asked for and exist
  std::int64_t links = 0;     ///< jobs whose content was known
  std::int64_t pictures = 0;  ///< sets of pictures, of a job or a content
  std::int64_t parts = 0;     ///< other stored parts of measurements
};

// Each function deletes, of the jobs that it names, their pictures, which content they had, and the
// measurements of contents that no other job had. Leaves the jobs' rows as they are. A job that is
// queued or running stores them again when it completes. May throw DatabaseLost and DatabaseError.
// Call from the thread that owns `connection` only.

/// Forgets the job with this jobId.
Forgotten forget_job(postgres::Connection& connection, const queue::QueueTable& table,
                     const std::string& job_id);

/// Forgets all jobs of the user with this userId whose rows exist.
Forgotten forget_user(postgres::Connection& connection, const queue::QueueTable& table,
                      const std::string& user_id);

}  // namespace aura::catalogue
