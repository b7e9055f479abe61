#include "aura/queue/operations.h"

#include <chrono>

#include "aura/postgres/session.h"
#include "aura/postgres/template.h"
#include "sql.h"
#include "sql_files.h"
#include "statements.h"

namespace aura::queue {
namespace {

/// Short, because a person or a program waits; the row may be locked.
constexpr std::chrono::seconds kPatience{5};
/// For all failed jobs of a large table.
constexpr std::chrono::seconds kPatienceForAll{30};

/// The condition for one of the jobs that a retry of all failed jobs queues again: $1 its "id".
std::string this_failed() {
  return std::string(sql::kAllFailed) + R"( AND "id" = $1::{id})";
}

std::string statement(const char* sql, const QueueTable& table, std::string_view condition = "") {
  return for_table(
      postgres::fill_in(sql, {{"{condition}", condition},
                              {"{unwritten}", postgres::raise(kNoEffect, R"(c."id"::text)")},
                              {"{refuse}", postgres::raise(kNoEffect, R"("id"::text)")}}),
      table);
}

/// Returns the jobIds of `rows`, the jobs of a retry.
std::vector<std::string> queued_again(const postgres::Result& rows) {
  std::vector<std::string> job_ids;
  for (const auto& row : rows) {
    job_ids.push_back(postgres::optional_text(row["job_id"]).value_or(""));
  }
  return job_ids;
}

/// Returns whether `job_id` fits the column's type. The server refuses to compare a UUID with text
/// that is no UUID.
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
  const auto cancel = statement(sql::kCancel, table);
  const auto require_cancelled = statement(sql::kRequireCancelled, table);
  return !connection.session()
              .execute_all_within(kPatience, {postgres::Statement(cancel, job_id),
                                              postgres::Statement(require_cancelled, job_id)})
              .front()
              .empty();
}

bool retry_job(postgres::Connection& connection, const QueueTable& table,
               const std::string& job_id) {
  if (!may_exist(connection, table, job_id)) return false;
  const auto lock = statement(sql::kLockAJob, table);
  const auto retry = statement(sql::kRetryJobs, table, sql::kMayRetry);
  const auto results = connection.session().execute_all_within(
      kPatience, {postgres::Statement(lock, job_id), postgres::Statement(retry, job_id),
                  postgres::Statement(kWake)});
  return !results[1].empty();
}

Retried retry_failed_jobs(postgres::Connection& connection, const QueueTable& table) {
  Retried retried;
  const auto add = [&](const postgres::Result& rows) {
    for (auto& job_id : queued_again(rows)) retried.job_ids.push_back(std::move(job_id));
  };
  auto& session = connection.session();
  try {
    session.transaction_within(kPatienceForAll, [&](postgres::Transaction& work) {
      add(work.exec_params(statement(sql::kRetryJobs, table, sql::kAllFailed)));
      work.exec_params(kWake);
    });
  } catch (const postgres::DatabaseError&) {
    // One row may be the cause.
    const auto each = statement(sql::kRetryJobs, table, this_failed());
    session.transaction_within(kPatienceForAll, [&](postgres::Transaction& work) {
      retried = {};
      const auto failed = work.exec_params(statement(sql::kLockJobs, table, sql::kAllFailed));
      for (const auto& row : failed) {
        const auto before = retried.job_ids.size();
        const auto refusal =
            work.attempt([&] { add(work.exec_params(each, row[0].as<std::string>())); });
        if (!refusal) continue;
        retried.job_ids.resize(before);
        retried.refused.push_back({postgres::optional_text(row[1]).value_or(""), refusal->why});
      }
      work.exec_params(kWake);
    });
  }
  return retried;
}

NamedStatements operation_statements(const QueueTable& table) {
  return {{"retry a job", statement(sql::kRetryJobs, table, sql::kMayRetry)},
          {"retry failed jobs", statement(sql::kRetryJobs, table, sql::kAllFailed)},
          {"find failed jobs", statement(sql::kLockJobs, table, sql::kAllFailed)},
          {"retry a failed job", statement(sql::kRetryJobs, table, this_failed())},
          {"require cancelled", statement(sql::kRequireCancelled, table)},
          {"enqueue", for_table(postgres::fill_in(sql::kEnqueue, {{"{new_id}", "'new'"}}), table)}};
}

}  // namespace aura::queue
