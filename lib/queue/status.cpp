#include "aura/queue/status.h"

#include <algorithm>

#include "session.h"

namespace aura::queue {
namespace {

/// How SQL renders a UTC timestamp as ISO 8601.
std::string iso(const std::string& timestamp) {
  return "to_char(" + timestamp + ", 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')";
}

template <typename Value>
std::optional<Value> optional_value(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<Value>();
}

}  // namespace

std::optional<JobStatus> find_job(Connection& connection, const QueueTable& table,
                                  const std::string& job_id) {
  const auto rows = connection.session().execute(
      // Aliases in lower case: libpq folds the names that columns are asked for by.
      "SELECT j.\"jobId\" AS job_id, j.\"status\", j.\"progress\", j.\"trackTitle\" AS "
      "track_title, "
      "j.\"artistName\" AS artist_name, j.\"audioUrl\" AS audio_url, j.\"hitFactor\" AS "
      "hit_factor, "
      "j.\"audioScore\" AS audio_score, j.\"lyricsScore\" AS lyrics_score, "
      "j.\"brandScore\" AS brand_score, j.\"marketScore\" AS market_score, "
      "CASE WHEN jsonb_typeof(j.\"fullReport\"->'features'->'tempo') = 'number' "
      "     THEN (j.\"fullReport\"->'features'->>'tempo')::float8 END AS tempo, "
      "j.\"processingTime\" AS processing_time, j.\"errorMessage\" AS error_message, " +
          iso("j.\"createdAt\"") + " AS created, " + iso("j.\"completedAt\"") + " AS completed, " +
          iso("g.not_before AT TIME ZONE 'UTC'") + " AS next_attempt FROM " + table.quoted +
          " j LEFT JOIN aura.gate g ON g.job_id = j.\"id\" AND j.\"status\" = 'queued' AND "
          "g.not_before > now() "
          "WHERE j.\"jobId\" = $1",
      job_id);
  if (rows.empty()) return std::nullopt;
  const auto& row = rows[0];
  JobStatus status;
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
  status.error_message = optional_text(row["error_message"]);
  status.created_at = row["created"].as<std::string>();
  status.completed_at = optional_text(row["completed"]);
  status.next_attempt_at = optional_text(row["next_attempt"]);
  return status;
}

std::vector<RunRecord> find_runs(Connection& connection, const QueueTable& table,
                                 const std::string& job_id) {
  const auto rows = connection.session().execute(
      "SELECT r.attempt, r.worker_id, r.state, " + iso("r.started_at AT TIME ZONE 'UTC'") +
          " AS started, " + iso("r.ended_at AT TIME ZONE 'UTC'") +
          " AS ended, extract(epoch FROM coalesce(r.ended_at, now()) - r.started_at)::float8 AS "
          "seconds, "
          "r.error->>'code' AS code, r.error->>'message' AS message "
          "FROM aura.run r JOIN " +
          table.quoted +
          " j ON j.\"id\" = r.job_id WHERE j.\"jobId\" = $1 ORDER BY r.id DESC LIMIT 100",
      job_id);
  std::vector<RunRecord> runs;
  for (const auto& row : rows) {
    RunRecord run;
    run.attempt = row["attempt"].as<int>();
    run.worker_id = row["worker_id"].as<std::string>();
    run.state = row["state"].as<std::string>();
    run.started_at = row["started"].as<std::string>();
    run.ended_at = optional_text(row["ended"]);
    run.seconds = row["seconds"].as<double>();
    run.error_code = optional_text(row["code"]);
    run.error_message = optional_text(row["message"]);
    runs.push_back(std::move(run));
  }
  std::reverse(runs.begin(), runs.end());
  return runs;
}

Overview overview(Connection& connection, const QueueTable& table) {
  auto& session = connection.session();
  Overview overview;
  for (const auto& row : session.execute("SELECT \"status\", count(*) FROM " + table.quoted +
                                         " GROUP BY \"status\"")) {
    const auto status = row[0].as<std::string>();
    const auto count = row[1].as<std::int64_t>();
    if (status == "queued") overview.queued = count;
    if (status == "processing") overview.processing = count;
    if (status == "completed") overview.completed = count;
    if (status == "failed") overview.failed = count;
  }
  const auto times = session.execute(
      "SELECT (SELECT extract(epoch FROM (now() AT TIME ZONE 'UTC') - min(\"createdAt\"))::float8 "
      "FROM " +
      table.quoted +
      " WHERE \"status\" = 'queued'), (SELECT count(*) FROM aura.run WHERE state = 'completed' AND "
      "ended_at > "
      "now() - interval '1 hour')");
  overview.oldest_waiting_s = optional_value<double>(times[0][0]);
  overview.completed_last_hour = times[0][1].as<std::int64_t>();
  for (const auto& row : session.execute(
           "SELECT \"jobId\", coalesce(\"errorMessage\", ''), " + iso("\"updatedAt\"") + " FROM " +
           table.quoted + " WHERE \"status\" = 'failed' ORDER BY \"updatedAt\" DESC LIMIT 5")) {
    overview.last_errors.push_back(
        {row[0].as<std::string>(), row[1].as<std::string>(), row[2].as<std::string>()});
  }
  return overview;
}

}  // namespace aura::queue
