#pragma once

#include <string>
#include <vector>

#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"

namespace aura::queue {

/// What came of writing to jobs' rows what a worker writes.
struct Trial {
  struct Refusal {
    std::string job_id;
    std::string step;  ///< "completed": what the job could not become
    std::string why;   ///< the server's words
  };
  int taking = 0;                 ///< rows that took all of it: one is enough
  std::vector<Refusal> refusals;  ///< one a row
  int unclear = 0;                ///< rows that were locked, or that could not be queued for it
  std::string no_long_text;       ///< why a row took a short text about a failure alone
};

/// Updates a few rows as a worker does in the lives of jobs, those that are queued first, until one
/// takes all of it, and undoes that. Nothing is inserted; nobody waits for longer than a second.
/// Throws DatabaseLost, DatabaseError.
Trial try_writes(postgres::Connection& connection, const QueueTable& table);

}  // namespace aura::queue
