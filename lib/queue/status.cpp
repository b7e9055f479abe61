#include "aura/queue/status.h"

#include <algorithm>

#include "aura/postgres/session.h"
#include "aura/queue/states.h"
#include "sql_files.h"
#include "statements.h"

namespace aura::queue {
namespace {

using postgres::optional_value;

/// Short, because a person or a program waits for the answer.
constexpr std::chrono::seconds kPatience{5};

/// Returns whether the table `aura_table` exists: before the first worker, schema aura is missing.
bool has(postgres::Connection& connection, const char* aura_table) {
  return connection.session()
      .execute_within(kPatience, "SELECT to_regclass($1) IS NOT NULL", aura_table)[0][0]
      .as<bool>();
}

bool has_history(postgres::Connection& connection) {
  return has(connection, "aura.gate");
}

/// Returns the rows of `sql` for the job `job_id`; no rows if `job_id` does not fit the column's
/// type.
postgres::Result look_up(postgres::Connection& connection, const QueueTable& table,
                         std::string_view sql, const std::string& job_id) try {
  return connection.session().execute_with(postgres::Values::kOfClient, kPatience,
                                           for_table(sql, table), job_id);
} catch (const postgres::RowRefused&) {
  if (table.job_id_type != "pg_catalog.uuid") throw;
  return {};
}

}  // namespace

std::optional<JobDetails> find_job(postgres::Connection& connection, const QueueTable& table,
                                   const std::string& job_id) {
  const auto rows = look_up(connection, table, sql::kShowAJob, job_id);
  if (rows.empty()) return std::nullopt;
  const auto& row = rows[0];
  JobDetails status;
  status.job_id = row["job_id"].as<std::string>();
  status.status = row["status"].as<std::string>();
  status.progress = row["progress"].as<int>();
  status.track_title = row["track_title"].as<std::string>();
  status.artist_name = row["artist_name"].as<std::string>();
  status.audio_url = row["audio_url"].as<std::string>();
  status.hit_factor = optional_value<double>(row["hit_factor"]);
  status.audio_score = optional_value<double>(row["audio_score"]);
  status.lyrics_score = optional_value<double>(row["lyrics_score"]);
  status.brand_score = optional_value<double>(row["brand_score"]);
  status.market_score = optional_value<double>(row["market_score"]);
  status.tempo_bpm = optional_value<double>(row["tempo"]);
  status.processing_time_ms = optional_value<int>(row["processing_time"]);
  status.error_message = postgres::optional_text(row["error_message"]);
  status.created_at = postgres::optional_text(row["created"]).value_or("");
  status.completed_at = postgres::optional_text(row["completed"]);
  if (status.status == text_of(JobStatus::kQueued) && has_history(connection)) {
    const auto next = look_up(connection, table, sql::kShowWhenAJobIsTriedAgain, job_id);
    if (!next.empty()) status.next_attempt_at = postgres::optional_text(next[0][0]);
  }
  if (status.status == text_of(JobStatus::kCompleted) && has(connection, "aura.job_content")) {
    const auto before = look_up(connection, table, sql::kShowWhenContentWasMeasured, job_id);
    if (!before.empty()) status.measured_before = postgres::optional_text(before[0][0]);
  }
  return status;
}

std::vector<RunRecord> find_runs(postgres::Connection& connection, const QueueTable& table,
                                 const std::string& job_id) {
  if (!has_history(connection)) return {};
  const auto rows = look_up(connection, table, sql::kShowAttempts, job_id);
  std::vector<RunRecord> runs;
  for (const auto& row : rows) {
    RunRecord run;
    run.attempt = row["attempt"].as<int>();
    run.worker_id = row["worker_id"].as<std::string>();
    run.state = row["state"].as<std::string>();
    run.started_at = row["started"].as<std::string>();
    run.ended_at = postgres::optional_text(row["ended"]);
    run.seconds = row["seconds"].as<double>();
    run.error_code = postgres::optional_text(row["code"]);
    run.error_message = postgres::optional_text(row["message"]);
    runs.push_back(std::move(run));
  }
  std::reverse(runs.begin(), runs.end());
  return runs;
}

void ping(postgres::Connection& connection) {
  connection.session().execute_within(kPatience, "SELECT 1");
}

Depth find_depth(postgres::Connection& connection, const QueueTable& table) {
  const auto rows =
      connection.session().execute_within(kPatience, for_table(sql::kMeasureTheQueue, table));
  return {rows[0]["queued"].as<std::int64_t>(), rows[0]["processing"].as<std::int64_t>(),
          std::max(0.0, rows[0]["oldest"].as<double>()), rows[0]["set_aside"].as<std::int64_t>()};
}

std::optional<std::string> find_result(postgres::Connection& connection, const QueueTable& table,
                                       const std::string& job_id) {
  const auto rows = look_up(connection, table, sql::kShowAResult, job_id);
  return rows.empty() ? std::nullopt : postgres::optional_text(rows[0][0]);
}

std::optional<std::string> find_report(postgres::Connection& connection, const QueueTable& table,
                                       const std::string& job_id) {
  const auto rows = look_up(connection, table, sql::kShowAReport, job_id);
  return rows.empty() ? std::nullopt : postgres::optional_text(rows[0][0]);
}

std::optional<std::string> find_pictures(postgres::Connection& connection, const QueueTable& table,
                                         const std::string& job_id) {
  const auto rows = look_up(connection, table, sql::kShowPictures, job_id);
  return rows.empty() ? std::nullopt : postgres::optional_text(rows[0][0]);
}

Summary summarise(postgres::Connection& connection, const QueueTable& table) {
  Summary summary;
  const auto results = connection.session().execute_all_within(
      kPatience, {postgres::Statement(for_table(sql::kCountJobs, table)),
                  postgres::Statement(for_table(sql::kCountMinutes, table))});
  const auto counts = results[0][0];
  summary.queued = counts["queued"].as<std::int64_t>();
  summary.processing = counts["processing"].as<std::int64_t>();
  summary.completed = counts["completed"].as<std::int64_t>();
  summary.failed = counts["failed"].as<std::int64_t>();
  summary.set_aside = counts["set_aside"].as<std::int64_t>();
  for (const auto& row : results[1])
    summary.minutes.push_back({row["start"].as<std::string>(), row["completed"].as<std::int64_t>(),
                               row["failed"].as<std::int64_t>()});
  return summary;
}

Overview overview(postgres::Connection& connection, const QueueTable& table) {
  auto& session = connection.session();
  Overview overview;
  for (const auto& row : session.execute(for_table(sql::kShowTheQueue, table))) {
    const auto status = postgres::optional_text(row[0]);
    const auto count = row[1].as<std::int64_t>();
    if (status == text_of(JobStatus::kQueued)) overview.queued = count;
    if (status == text_of(JobStatus::kProcessing)) overview.processing = count;
    if (status == text_of(JobStatus::kCompleted)) overview.completed = count;
    if (status == text_of(JobStatus::kFailed)) overview.failed = count;
  }
  overview.oldest_waiting_s =
      optional_value<double>(session.execute(for_table(sql::kShowHowLongJobsWait, table))[0][0]);
  if (has_history(connection)) {
    overview.completed_last_hour =
        session
            .execute(
                "SELECT count(*) FROM aura.run WHERE state = 'completed' AND ended_at > now() - "
                "interval '1 hour'")[0][0]
            .as<std::int64_t>();
  }
  if (has(connection, "aura.set_aside")) {
    overview.set_aside =
        session.execute("SELECT count(*) FROM aura.set_aside")[0][0].as<std::int64_t>();
  }
  for (const auto& row : session.execute(for_table(sql::kShowTheLastErrors, table))) {
    overview.last_errors.push_back({row[0].as<std::string>(), row[1].as<std::string>(),
                                    postgres::optional_text(row[2]).value_or("")});
  }
  return overview;
}

NamedStatements status_statements(const QueueTable& table) {
  NamedStatements statements;
  for (const auto& [name, sql] :
       {std::pair{"show a job", sql::kShowAJob},
        {"show when a job is tried again", sql::kShowWhenAJobIsTriedAgain},
        {"show when content was measured", sql::kShowWhenContentWasMeasured},
        {"show attempts", sql::kShowAttempts},
        {"show the last errors", sql::kShowTheLastErrors},
        {"show the queue", sql::kShowTheQueue},
        {"show how long jobs wait", sql::kShowHowLongJobsWait},
        {"measure the queue", sql::kMeasureTheQueue},
        {"count jobs", sql::kCountJobs},
        {"show a result", sql::kShowAResult},
        {"show a report", sql::kShowAReport},
        {"show pictures", sql::kShowPictures}})
    statements.emplace_back(name, for_table(sql, table));
  return statements;
}

}  // namespace aura::queue
