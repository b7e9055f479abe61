#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "aura/postgres/connection.h"
#include "aura/queue/queue_table.h"

namespace aura::queue {

/// A job as a list shows it. Times are ISO 8601, UTC; job_id and created_at are
/// empty where the row has none.
struct JobSummary {
  std::string job_id;
  std::string status;
  int progress = 0;
  std::string track_title;
  std::string artist_name;
  std::string created_at;
  std::optional<std::string> completed_at;
  std::optional<std::string> error_message;
};

/// Where a page ends: the next one begins with what was submitted before.
struct Cursor {
  /// Microseconds since 1970, as exact as the database keeps them; nothing where a row has no time.
  std::optional<std::int64_t> created_us;
  std::string id;  ///< the row's "id", where two were submitted at the same time
};

struct JobPage {
  std::vector<JobSummary> jobs;  ///< newest first
  std::optional<Cursor> next;    ///< nothing after the last page
};

/// At most `limit` jobs, from 1 on, with `status` if that is given, from `after` on. Deep pages
/// cost what the first does. Of a status that at most 10,000 rows have, each page reads all; one
/// that more have, but none of the newest many millions, may take too long. Throws DatabaseLost
/// (also after five seconds), DatabaseError.
JobPage list_jobs(postgres::Connection& connection, const QueueTable& table,
                  const std::optional<std::string>& status, const std::optional<Cursor>& after,
                  int limit);

/// How many jobs active_jobs() returns at most: so many that run, and so many that have ended.
inline constexpr int kMostActive = 200;

/// The jobs whose progress somebody may watch: those that workers run, the newest, and those that
/// ended in the last ten seconds, the latest; oldest submission first. Costs the same however long
/// the queue is. Throws as list_jobs() does, DatabaseError also where there is no schema aura yet.
std::vector<JobSummary> active_jobs(postgres::Connection& connection, const QueueTable& table);

}  // namespace aura::queue
