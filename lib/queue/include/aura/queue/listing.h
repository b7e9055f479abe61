#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"

namespace aura::queue {

/// A job in a list. Times are ISO 8601, UTC. `job_id` and `created_at` are empty if the row has
/// none.
struct JobSummary {
  std::string job_id;
  std::string status;
  int progress = 0;  ///< in percent
  std::string track_title;
  std::string artist_name;
  std::string created_at;
  std::optional<std::string> completed_at;
  std::optional<std::string> error_message;
};

/// The end of a page: the next page begins with the jobs submitted before.
struct Cursor {
  /// Microseconds since 1970, exactly as in the database; no value if the row has no time.
  std::optional<std::int64_t> created_us;
  std::string id;  ///< the row's "id"; orders jobs of equal time
};

/// One page of a list.
struct JobPage {
  std::vector<JobSummary> jobs;  ///< newest first
  std::optional<Cursor> next;    ///< for the next page; no value on the last page
};

// Call the functions below from the thread that owns `connection` only. Each throws DatabaseLost,
// also after five seconds, and DatabaseError.

/// Returns the page of at most `limit` jobs (1 or more) that follows `after`, or the first page.
/// With `status`, lists only jobs with that status. A deep page costs as much as the first. If at
/// most 10,000 rows have `status`, each page reads all of them. If more have it, but none of the
/// newest millions, a page may take too long.
JobPage list_jobs(postgres::Connection& connection, const QueueTable& table,
                  const std::optional<std::string>& status, const std::optional<Cursor>& after,
                  int limit);

/// How many running jobs active_jobs() returns at most, and how many ended jobs.
inline constexpr int kMostActive = 200;

/// Returns the jobs whose progress a page shows, oldest submission first: the kMostActive newest
/// running jobs, and the kMostActive latest of the jobs that ended in the last ten seconds. The
/// cost does not depend on the length of the queue. Throws DatabaseError also if schema aura is
/// missing.
std::vector<JobSummary> active_jobs(postgres::Connection& connection, const QueueTable& table);

}  // namespace aura::queue
