#pragma once

#include <string>
#include <vector>

#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"

namespace aura::queue {

// Call the functions below from the thread that owns `connection` only. Each throws DatabaseLost
// and DatabaseError.

/// Ends a job that is queued or processing: its row becomes `failed` with the message "cancelled".
/// Its worker learns this at its next progress report or heartbeat. Returns whether there was such
/// a job. Throws RowRefused if the row refuses the update.
bool cancel_job(postgres::Connection& connection, const QueueTable& table,
                const std::string& job_id);

/// Sets a job back to `queued` as a new start, if it failed, waits for another attempt, or is an
/// orphan (`processing`, but no worker runs it). Returns whether there was such a job. Throws
/// RowRefused if the row refuses the update.
bool retry_job(postgres::Connection& connection, const QueueTable& table,
               const std::string& job_id);

/// The result of retry_failed_jobs().
struct Retried {
  std::vector<std::string> job_ids;  ///< queued again; "" for a row without jobId
  struct Refused {
    std::string job_id;
    std::string reason;  ///< the server's message
  };
  std::vector<Refused> refused;  ///< not queued, because their rows refuse the update
};

/// Sets every job that failed and was not cancelled back to `queued` as a new start. If a
/// row refuses, updates each row alone. Each of the two transactions may take 30 seconds.
Retried retry_failed_jobs(postgres::Connection& connection, const QueueTable& table);

}  // namespace aura::queue
