#include "aura/queue/operations.h"

#include <chrono>

#include "aura/postgres/session.h"
#include "sql.h"
#include "statements.h"

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
  FROM chosen c WHERE r.job_id = c."id"::text AND r.state = 'running'
  RETURNING r.id
), dropped AS (
  DELETE FROM aura.gate g USING chosen c WHERE g.job_id = c."id"::text
)
UPDATE {jobs} j SET "status" = 'failed', "errorMessage" = 'cancelled', "updatedAt" = {now}
FROM chosen c
WHERE j."id" = c."id" AND j."status" IN ('queued', 'processing') AND (SELECT count(*) FROM ended) >= 0
RETURNING j."id"
)sql";

constexpr const char* kRetry = R"sql(
WITH chosen AS MATERIALIZED (
  SELECT "id", "jobId" FROM {jobs} WHERE {condition} FOR UPDATE
), dropped AS (
  DELETE FROM aura.gate g USING chosen c WHERE g.job_id = c."id"::text
), written AS (
  UPDATE {jobs} j SET "status" = 'queued', "progress" = 0, "errorMessage" = NULL, "updatedAt" = {now}
  FROM chosen c WHERE j."id" = c."id"
  RETURNING j."id"
)
SELECT c."jobId" AS job_id, EXISTS (SELECT FROM written w WHERE w."id" = c."id") AS written FROM chosen c
)sql";

constexpr const char* kMayCancel =
    R"sql(SELECT FROM {jobs} WHERE "jobId" = $1 AND "status" IN ('queued', 'processing'))sql";

// Locked by a statement of its own: the next one sees the run of whoever had the row before.
constexpr const char* kLock = R"sql(SELECT FROM {jobs} WHERE "jobId" = $1 FOR UPDATE)sql";
// The last are orphans.
constexpr const char* kMayRetry = R"sql(
  "jobId" = $1 AND ("status" IN ('failed', 'queued') OR "status" = 'processing' AND NOT EXISTS (
    SELECT FROM aura.run r WHERE r.job_id = {jobs}."id"::text AND r.state = 'running'))
)sql";

std::string statement(const char* sql, const QueueTable& table, std::string_view condition = "") {
  return for_table(postgres::fill_in(sql, {{"{condition}", condition}}), table);
}

/// The jobIds of what a retry has queued again. Throws RowRefused where an update had no effect.
std::vector<std::string> queued_again(const pqxx::result& rows) {
  std::vector<std::string> job_ids;
  for (const auto& row : rows) {
    if (!row["written"].as<bool>()) throw postgres::RowRefused(kNoEffect);
    job_ids.push_back(postgres::optional_text(row["job_id"]).value_or(""));
  }
  return job_ids;
}

/// Whether there can be a job of that id: a server refuses to compare a UUID with anything else.
bool may_exist(postgres::Connection& connection, const QueueTable& table,
               const std::string& job_id) try {
  if (table.job_id_type != "pg_catalog.uuid") return true;
  connection.session().execute_with(
      postgres::Values::kOfClient, kPatience,
      for_table(R"(SELECT FROM {jobs} WHERE "jobId" = $1 LIMIT 0)", table), job_id);
  return true;
} catch (const postgres::RowRefused&) {
  return false;
}

}  // namespace

bool cancel_job(postgres::Connection& connection, const QueueTable& table,
                const std::string& job_id) {
  if (!may_exist(connection, table, job_id)) return false;
  const auto cancel = statement(kCancel, table);
  const auto may_cancel = statement(kMayCancel, table);
  bool found = false;
  connection.session().transaction_within(kPatience, [&](postgres::Transaction& work) {
    found = !work.exec_params(cancel, job_id).empty();
    if (!found && !work.exec_params(may_cancel, job_id).empty())
      throw postgres::RowRefused(kNoEffect);
  });
  return found;
}

bool retry_job(postgres::Connection& connection, const QueueTable& table,
               const std::string& job_id) {
  if (!may_exist(connection, table, job_id)) return false;
  const auto lock = statement(kLock, table);
  const auto retry = statement(kRetry, table, kMayRetry);
  bool found = false;
  connection.session().transaction_within(kPatience, [&](postgres::Transaction& work) {
    work.exec_params(lock, job_id);
    found = !queued_again(work.exec_params(retry, job_id)).empty();
    work.exec(kWake);
  });
  return found;
}

Retried retry_failed_jobs(postgres::Connection& connection, const QueueTable& table) {
  constexpr std::string_view kFailed =
      R"("status" = 'failed' AND "errorMessage" IS DISTINCT FROM 'cancelled')";
  Retried retried;
  const auto add = [&](const pqxx::result& rows) {
    for (auto& job_id : queued_again(rows)) retried.job_ids.push_back(std::move(job_id));
  };
  auto& session = connection.session();
  try {
    session.transaction_within(kPatienceForAll, [&](postgres::Transaction& work) {
      add(work.exec(statement(kRetry, table, kFailed)));
      work.exec(kWake);
    });
  } catch (const postgres::DatabaseError&) {
    // One row may be at fault.
    const auto each = statement(kRetry, table, std::string(kFailed) + R"( AND "id" = $1::{id})");
    session.transaction_within(kPatienceForAll, [&](postgres::Transaction& work) {
      retried = {};
      const auto failed = work.exec(for_table(
          R"(SELECT "id"::text, "jobId" FROM {jobs} WHERE )" + std::string(kFailed) + " FOR UPDATE",
          table));
      for (const auto& row : failed) {
        const auto before = retried.job_ids.size();
        const auto refusal =
            work.attempt([&] { add(work.exec_params(each, row[0].as<std::string>())); });
        if (!refusal) continue;
        retried.job_ids.resize(before);
        retried.refused.push_back({postgres::optional_text(row[1]).value_or(""), refusal->why});
      }
      work.exec(kWake);
    });
  }
  return retried;
}

}  // namespace aura::queue
