#pragma once

#include <string>
#include <vector>

#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"

namespace aura::queue {

/// The result of trying a worker's writes on jobs' rows.
struct Trial {
  struct Refusal {
    std::string job_id;
    std::string step;  ///< the refused change: "completed"
    std::string why;   ///< the server's message
  };
  int taking = 0;                 ///< rows that accepted all writes: 0 or 1
  std::vector<Refusal> refusals;  ///< one per row
  int unclear = 0;                ///< rows that were locked, or could not be queued for the trial
  std::string no_long_text;       ///< why a row accepted only a short failure message
};

/// Updates rows as a worker does during a job, until one row accepts all writes, and undoes that.
/// Tries two rows of each status, queued rows first. Inserts nothing and waits at most a second for
/// a locked row. Call from the thread that owns `connection` only. Throws DatabaseLost,
/// DatabaseError.
Trial try_writes(postgres::Connection& connection, const QueueTable& table);

}  // namespace aura::queue
