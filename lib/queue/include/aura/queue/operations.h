#pragma once

#include <string>
#include <vector>

#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"

namespace aura::queue {

/// Ends a job that is queued or under way: its row reads `failed`, "cancelled". Whoever runs it
/// learns of it at its next report of progress or the next beat. Whether there was such a job.
/// Throws DatabaseLost, DatabaseError.
bool cancel_job(postgres::Connection& connection, const QueueTable& table,
                const std::string& job_id);

/// Sets a job that failed, that waits for another attempt, or that is an orphan (its row reads
/// `processing`, and no worker runs it) back to `queued` as a new start. Whether there was such a
/// job.
bool retry_job(postgres::Connection& connection, const QueueTable& table,
               const std::string& job_id);

/// What came of a retry of many.
struct Retried {
  std::vector<std::string> job_ids;  ///< queued again
  struct Refused {
    std::string job_id;
    std::string reason;  ///< the server's words
  };
  std::vector<Refused> refused;  ///< by their rows
};

/// The same for every job that failed and was not cancelled.
Retried retry_failed_jobs(postgres::Connection& connection, const QueueTable& table);

}  // namespace aura::queue
