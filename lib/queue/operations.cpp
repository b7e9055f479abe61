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
  return for_table(postgres::fill_in(sql, {{"{condition}", condition}}), table);
}

/// Returns the jobIds of `rows`, the jobs of a retry. Throws RowRefused if an update had no effect.
std::vector<std::string> queued_again(const pqxx::result& rows) {
  std::vector<std::string> job_ids;
  for (const auto& row : rows) {
    if (!row["written"].as<bool>()) throw postgres::RowRefused(kNoEffect);
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
  const auto may_cancel = statement(sql::kMayCancel, table);
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
  const auto lock = statement(sql::kLockAJob, table);
  const auto retry = statement(sql::kRetryJobs, table, sql::kMayRetry);
  bool found = false;
  connection.session().transaction_within(kPatience, [&](postgres::Transaction& work) {
    work.exec_params(lock, job_id);
    found = !queued_again(work.exec_params(retry, job_id)).empty();
    work.exec(kWake);
  });
  return found;
}

Retried retry_failed_jobs(postgres::Connection& connection, const QueueTable& table) {
  Retried retried;
  const auto add = [&](const pqxx::result& rows) {
    for (auto& job_id : queued_again(rows)) retried.job_ids.push_back(std::move(job_id));
  };
  auto& session = connection.session();
  try {
    session.transaction_within(kPatienceForAll, [&](postgres::Transaction& work) {
      add(work.exec(statement(sql::kRetryJobs, table, sql::kAllFailed)));
      work.exec(kWake);
    });
  } catch (const postgres::DatabaseError&) {
    // One row may be the cause.
    const auto each = statement(sql::kRetryJobs, table, this_failed());
    session.transaction_within(kPatienceForAll, [&](postgres::Transaction& work) {
      retried = {};
      const auto failed = work.exec(statement(sql::kLockJobs, table, sql::kAllFailed));
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

NamedStatements operation_statements(const QueueTable& table) {
  return {{"retry a job", statement(sql::kRetryJobs, table, sql::kMayRetry)},
          {"retry failed jobs", statement(sql::kRetryJobs, table, sql::kAllFailed)},
          {"find failed jobs", statement(sql::kLockJobs, table, sql::kAllFailed)},
          {"retry a failed job", statement(sql::kRetryJobs, table, this_failed())},
          {"enqueue", for_table(postgres::fill_in(sql::kEnqueue, {{"{new_id}", "'new'"}}), table)}};
}

}  // namespace aura::queue
