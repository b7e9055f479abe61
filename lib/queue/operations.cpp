#include "aura/queue/operations.h"

#include "session.h"
#include "sql.h"

namespace aura::queue {
namespace {

/// Sets the jobs of `table` that meet `condition` back to queued, without their gates.
std::string retry_statement(const QueueTable& table, const std::string& condition) {
  return "WITH chosen AS MATERIALIZED (SELECT \"id\" FROM " + table.quoted + " WHERE " + condition +
         " FOR UPDATE), dropped AS (DELETE FROM aura.gate g USING chosen c WHERE g.job_id = "
         "c.\"id\") UPDATE " +
         table.quoted +
         " j SET \"status\" = 'queued', \"progress\" = 0, \"errorMessage\" = NULL, \"updatedAt\" "
         "= " +
         std::string(kNow) + " FROM chosen c WHERE j.\"id\" = c.\"id\" RETURNING j.\"jobId\"";
}

}  // namespace

bool cancel_job(Connection& connection, const QueueTable& table, const std::string& job_id) {
  // The run is locked first and the job after it, as at every ending.
  return !connection.session()
              .execute("WITH chosen AS MATERIALIZED (SELECT \"id\" FROM " + table.quoted +
                           " WHERE \"jobId\" = $1 AND \"status\" IN ('queued', 'processing')), "
                           "ended AS (UPDATE aura.run r SET state = 'cancelled', ended_at = now() "
                           "FROM chosen c "
                           "WHERE r.job_id = c.\"id\" AND r.state = 'running' RETURNING r.id), "
                           "dropped AS (DELETE FROM aura.gate g USING chosen c WHERE g.job_id = "
                           "c.\"id\") "
                           "UPDATE " +
                           table.quoted +
                           " j SET \"status\" = 'failed', \"errorMessage\" = 'cancelled', "
                           "\"updatedAt\" = " +
                           std::string(kNow) +
                           " FROM chosen c WHERE j.\"id\" = c.\"id\" AND j.\"status\" IN "
                           "('queued', 'processing') "
                           "AND (SELECT count(*) FROM ended) >= 0 RETURNING j.\"id\"",
                       job_id)
              .empty();
}

bool retry_job(Connection& connection, const QueueTable& table, const std::string& job_id) {
  return !connection.session()
              .execute(
                  retry_statement(table, "\"jobId\" = $1 AND \"status\" IN ('failed', 'queued')"),
                  job_id)
              .empty();
}

std::vector<std::string> retry_failed_jobs(Connection& connection, const QueueTable& table) {
  std::vector<std::string> job_ids;
  for (const auto& row :
       connection.session().execute(retry_statement(table, "\"status\" = 'failed'"))) {
    job_ids.push_back(row[0].as<std::string>());
  }
  return job_ids;
}

}  // namespace aura::queue
