#include "aura/queue/operations.h"

#include <chrono>

#include "session.h"
#include "sql.h"

namespace aura::queue {
namespace {

/// For a row that somebody has locked, while somebody waits.
constexpr std::chrono::seconds kPatience{5};
/// For every failed job of a large table.
constexpr std::chrono::seconds kPatienceForAll{30};

// The run is locked first and the job after it, as at the endings; a run that begins meanwhile
// finds its row no longer processing.
constexpr const char* kCancel = R"sql(
WITH chosen AS MATERIALIZED (
  SELECT "id" FROM {jobs} WHERE "jobId" = $1 AND "status" IN ('queued', 'processing')
), ended AS (
  UPDATE aura.run r SET state = 'cancelled', ended_at = now()
  FROM chosen c WHERE r.job_id = c."id" AND r.state = 'running'
  RETURNING r.id
), dropped AS (
  DELETE FROM aura.gate g USING chosen c WHERE g.job_id = c."id"
)
UPDATE {jobs} j SET "status" = 'failed', "errorMessage" = 'cancelled', "updatedAt" = {now}
FROM chosen c
WHERE j."id" = c."id" AND j."status" IN ('queued', 'processing') AND (SELECT count(*) FROM ended) >= 0
RETURNING j."id"
)sql";

constexpr const char* kRetry = R"sql(
WITH chosen AS MATERIALIZED (
  SELECT "id" FROM {jobs} WHERE {condition} FOR UPDATE
), dropped AS (
  DELETE FROM aura.gate g USING chosen c WHERE g.job_id = c."id"
)
UPDATE {jobs} j SET "status" = 'queued', "progress" = 0, "errorMessage" = NULL, "updatedAt" = {now}
FROM chosen c WHERE j."id" = c."id"
RETURNING j."jobId"
)sql";

// Locked by a statement of its own: the next one sees the run of whoever had the row before.
constexpr const char* kLock = R"sql(SELECT FROM {jobs} WHERE "jobId" = $1 FOR UPDATE)sql";
// The last are orphans.
constexpr const char* kMayRetry = R"sql(
  "jobId" = $1 AND ("status" IN ('failed', 'queued') OR "status" = 'processing' AND NOT EXISTS (
    SELECT FROM aura.run r WHERE r.job_id = {jobs}."id" AND r.state = 'running'))
)sql";

std::string statement(const char* sql, const QueueTable& table, std::string_view condition = "") {
  return fill_in(sql, {{"{condition}", condition}, {"{jobs}", table.quoted}, {"{now}", kNow}});
}

}  // namespace

bool cancel_job(Connection& connection, const QueueTable& table, const std::string& job_id) {
  return !connection.session().execute_within(kPatience, statement(kCancel, table), job_id).empty();
}

bool retry_job(Connection& connection, const QueueTable& table, const std::string& job_id) {
  const auto lock = statement(kLock, table);
  const auto retry = statement(kRetry, table, kMayRetry);
  bool found = false;
  connection.session().transaction_within(kPatience, [&](pqxx::work& work) {
    work.exec_params(lock, job_id);
    found = !work.exec_params(retry, job_id).empty();
    work.exec(kWake);
  });
  return found;
}

std::vector<std::string> retry_failed_jobs(Connection& connection, const QueueTable& table) {
  const auto sql = statement(
      kRetry, table, R"("status" = 'failed' AND "errorMessage" IS DISTINCT FROM 'cancelled')");
  std::vector<std::string> job_ids;
  connection.session().transaction_within(kPatienceForAll, [&](pqxx::work& work) {
    for (const auto& row : work.exec(sql)) job_ids.push_back(row[0].as<std::string>());
    work.exec(kWake);
  });
  return job_ids;
}

}  // namespace aura::queue
