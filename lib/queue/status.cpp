#include "aura/queue/status.h"

#include <algorithm>

#include "aura/postgres/session.h"
#include "statements.h"

namespace aura::queue {
namespace {

// Aliases in lower case: libpq folds the names that columns are asked for by.
constexpr const char* kFindJob = R"sql(
SELECT j."jobId"::text AS job_id, coalesce(j."status"::text, '') AS status, coalesce(j."progress", 0) AS progress,
       coalesce(j."trackTitle", '') AS track_title, coalesce(j."artistName", '') AS artist_name,
       coalesce(j."audioUrl", '') AS audio_url, j."hitFactor" AS hit_factor, j."audioScore" AS audio_score,
       j."lyricsScore" AS lyrics_score, j."brandScore" AS brand_score, j."marketScore" AS market_score,
       (SELECT round(bpm::numeric, 9)::float8
        FROM (VALUES (1, j."fullReport"::jsonb->'rhythm'->'bpm'), (2, j."fullReport"::jsonb->'features'->'tempo')) AS tempo (rank, bpm)
        WHERE CASE jsonb_typeof(bpm) WHEN 'number' THEN bpm::numeric BETWEEN 0 AND 1000 END
        ORDER BY rank LIMIT 1) AS tempo,
       j."processingTime" AS processing_time, j."errorMessage" AS error_message,
       to_char(j."createdAt"{created_utc}, {iso_ms}) AS created, to_char(j."completedAt"{completed_utc}, {iso_ms}) AS completed
FROM {jobs} j WHERE j."jobId" = $1
)sql";

constexpr const char* kNextAttempt = R"sql(
SELECT to_char(g.not_before AT TIME ZONE 'UTC', {iso})
FROM aura.gate g JOIN {jobs} j ON j."id"::text = g.job_id
WHERE j."jobId" = $1 AND j."status" = 'queued' AND g.not_before > now()
)sql";

constexpr const char* kFindRuns = R"sql(
SELECT r.attempt, r.worker_id, r.state, to_char(r.started_at AT TIME ZONE 'UTC', {iso}) AS started,
       to_char(r.ended_at AT TIME ZONE 'UTC', {iso}) AS ended,
       extract(epoch FROM coalesce(r.ended_at, now()) - r.started_at)::float8 AS seconds,
       r.error->>'code' AS code, r.error->>'message' AS message
FROM aura.run r JOIN {jobs} j ON j."id"::text = r.job_id
WHERE j."jobId" = $1 ORDER BY r.id DESC LIMIT 100
)sql";

constexpr const char* kLastErrors = R"sql(
SELECT coalesce("jobId"::text, ''), coalesce("errorMessage", ''), to_char("updatedAt"{updated_utc}, {iso}) FROM {jobs}
WHERE "status" = 'failed' ORDER BY "updatedAt" DESC LIMIT 5
)sql";

constexpr const char* kDepth = R"sql(
SELECT (SELECT count(*) FROM (SELECT FROM {jobs} WHERE "status" = 'queued' LIMIT 100001) counted) AS queued,
       (SELECT count(*) FROM aura.run WHERE state = 'running') AS processing,
       coalesce((SELECT extract(epoch FROM (now() AT TIME ZONE 'UTC') - "createdAt"{created_utc}) FROM {jobs}
                 WHERE "status" = 'queued' ORDER BY "createdAt", "id" LIMIT 1), 0)::float8 AS oldest,
       (SELECT count(*) FROM aura.set_aside) AS set_aside
)sql";

// No further than what is worth a moment of the database's time.
constexpr const char* kCounts = R"sql(
SELECT (SELECT count(*) FROM (SELECT FROM {jobs} WHERE "status" = 'queued' LIMIT 100001) counted) AS queued,
       (SELECT count(*) FROM aura.run WHERE state = 'running') AS processing,
       (SELECT count(*) FROM (SELECT FROM {jobs} WHERE "status" = 'completed' LIMIT 100001) counted) AS completed,
       (SELECT count(*) FROM (SELECT FROM {jobs} WHERE "status" = 'failed' LIMIT 100001) counted) AS failed,
       (SELECT count(*) FROM aura.set_aside) AS set_aside
)sql";

// Through the index on when runs ended. A job that lost too many workers failed too.
constexpr const char* kMinutes = R"sql(
SELECT to_char(m.start AT TIME ZONE 'UTC', {iso}) AS start, coalesce(r.completed, 0) AS completed,
       coalesce(r.failed, 0) AS failed
FROM generate_series(date_trunc('minute', now()) - interval '59 minutes', date_trunc('minute', now()),
                     interval '1 minute') AS m (start)
LEFT JOIN (
  SELECT date_trunc('minute', ended_at) AS start, count(*) FILTER (WHERE state = 'completed') AS completed,
         count(*) FILTER (WHERE state = 'failed' OR state = 'lost' AND error->>'retryable' = 'false') AS failed
  FROM aura.run
  WHERE state <> 'running' AND ended_at >= date_trunc('minute', now()) - interval '59 minutes' GROUP BY 1
) r ON r.start = m.start ORDER BY m.start
)sql";

constexpr const char* kResult = R"sql(
SELECT json_build_object(
  'jobId', "jobId", 'status', "status"::text, 'trackTitle', "trackTitle", 'artistName', "artistName", 'genre', "genre",
  'audioUrl', "audioUrl", 'artworkUrl', "artworkUrl", 'hitFactor', "hitFactor",
  'scores', json_build_object('overall', "hitFactor", 'audio', "audioScore", 'lyrics', "lyricsScore",
                              'brand', "brandScore", 'market', "marketScore"),
  'recommendations', "recommendations"::jsonb, 'similarHits', "similarHits"::jsonb, 'modelVersion', "modelVersion",
  'processingTime', "processingTime", 'completedAt', to_char("completedAt"{completed_utc}, {iso_ms}))
FROM {jobs} WHERE "jobId" = $1 AND "status" = 'completed'
)sql";

constexpr const char* kReport =
    R"sql(SELECT "fullReport" FROM {jobs} WHERE "jobId" = $1 AND "status" = 'completed')sql";

constexpr const char* kByStatus = R"sql(SELECT "status"::text, count(*) FROM {jobs} GROUP BY 1)sql";

constexpr const char* kOldestWaiting = R"sql(
SELECT extract(epoch FROM (now() AT TIME ZONE 'UTC') - min("createdAt"){created_utc})::float8 FROM {jobs}
WHERE "status" = 'queued'
)sql";

constexpr const char* kPictures = R"sql(
SELECT p.pictures FROM aura.pictures p JOIN {jobs} j ON j."id"::text = p.job_id
WHERE j."jobId" = $1 AND j."status" = 'completed'
)sql";

/// Somebody waits for what is asked for them.
constexpr std::chrono::seconds kPatience{5};

std::string statement(std::string_view sql, const QueueTable& table) {
  return for_table(postgres::fill_in(std::string(sql), {{"{iso}", kIso}, {"{iso_ms}", kIsoMs}}),
                   table);
}

template <typename Value>
std::optional<Value> optional_value(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<Value>();
}

/// Whether schema aura has this table yet: a queue can be looked at before its first worker.
bool has(postgres::Connection& connection, const char* aura_table) {
  return connection.session()
      .execute_within(kPatience, "SELECT to_regclass($1) IS NOT NULL", aura_table)[0][0]
      .as<bool>();
}

bool has_history(postgres::Connection& connection) {
  return has(connection, "aura.gate");
}

/// What `sql` finds of the job; nothing also where `job_id` is no value of the column's type.
pqxx::result look_up(postgres::Connection& connection, const QueueTable& table,
                     std::string_view sql, const std::string& job_id) try {
  return connection.session().execute_with(postgres::Values::kOfClient, kPatience,
                                           statement(sql, table), job_id);
} catch (const postgres::RowRefused&) {
  if (table.job_id_type != "pg_catalog.uuid") throw;
  return {};
}

}  // namespace

std::optional<JobStatus> find_job(postgres::Connection& connection, const QueueTable& table,
                                  const std::string& job_id) {
  const auto rows = look_up(connection, table, kFindJob, job_id);
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
  status.error_message = postgres::optional_text(row["error_message"]);
  status.created_at = postgres::optional_text(row["created"]).value_or("");
  status.completed_at = postgres::optional_text(row["completed"]);
  if (status.status == "queued" && has_history(connection)) {
    const auto next = look_up(connection, table, kNextAttempt, job_id);
    if (!next.empty()) status.next_attempt_at = postgres::optional_text(next[0][0]);
  }
  return status;
}

std::vector<RunRecord> find_runs(postgres::Connection& connection, const QueueTable& table,
                                 const std::string& job_id) {
  if (!has_history(connection)) return {};
  const auto rows = look_up(connection, table, kFindRuns, job_id);
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
  const auto rows = connection.session().execute_within(kPatience, statement(kDepth, table));
  return {rows[0]["queued"].as<std::int64_t>(), rows[0]["processing"].as<std::int64_t>(),
          std::max(0.0, rows[0]["oldest"].as<double>()), rows[0]["set_aside"].as<std::int64_t>()};
}

std::optional<std::string> find_result(postgres::Connection& connection, const QueueTable& table,
                                       const std::string& job_id) {
  const auto rows = look_up(connection, table, kResult, job_id);
  return rows.empty() ? std::nullopt : postgres::optional_text(rows[0][0]);
}

std::optional<std::string> find_report(postgres::Connection& connection, const QueueTable& table,
                                       const std::string& job_id) {
  const auto rows = look_up(connection, table, kReport, job_id);
  return rows.empty() ? std::nullopt : postgres::optional_text(rows[0][0]);
}

std::optional<std::string> find_pictures(postgres::Connection& connection, const QueueTable& table,
                                         const std::string& job_id) {
  const auto rows = look_up(connection, table, kPictures, job_id);
  return rows.empty() ? std::nullopt : postgres::optional_text(rows[0][0]);
}

Summary summarise(postgres::Connection& connection, const QueueTable& table) {
  Summary summary;
  connection.session().transaction_within(kPatience, [&](postgres::Transaction& work) {
    const auto counts = work.exec(statement(kCounts, table))[0];
    summary.queued = counts["queued"].as<std::int64_t>();
    summary.processing = counts["processing"].as<std::int64_t>();
    summary.completed = counts["completed"].as<std::int64_t>();
    summary.failed = counts["failed"].as<std::int64_t>();
    summary.set_aside = counts["set_aside"].as<std::int64_t>();
    for (const auto& row : work.exec(statement(kMinutes, table)))
      summary.minutes.push_back({row["start"].as<std::string>(),
                                 row["completed"].as<std::int64_t>(),
                                 row["failed"].as<std::int64_t>()});
  });
  return summary;
}

Overview overview(postgres::Connection& connection, const QueueTable& table) {
  auto& session = connection.session();
  Overview overview;
  for (const auto& row : session.execute(statement(kByStatus, table))) {
    const auto status = postgres::optional_text(row[0]);
    const auto count = row[1].as<std::int64_t>();
    if (status == "queued") overview.queued = count;
    if (status == "processing") overview.processing = count;
    if (status == "completed") overview.completed = count;
    if (status == "failed") overview.failed = count;
  }
  overview.oldest_waiting_s =
      optional_value<double>(session.execute(statement(kOldestWaiting, table))[0][0]);
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
  for (const auto& row : session.execute(statement(kLastErrors, table))) {
    overview.last_errors.push_back({row[0].as<std::string>(), row[1].as<std::string>(),
                                    postgres::optional_text(row[2]).value_or("")});
  }
  return overview;
}

NamedStatements status_statements(const QueueTable& table) {
  NamedStatements statements;
  for (const auto& [name, sql] : {std::pair{"show a job", kFindJob},
                                  {"show when a job is tried again", kNextAttempt},
                                  {"show attempts", kFindRuns},
                                  {"show the last errors", kLastErrors},
                                  {"show the queue", kByStatus},
                                  {"show how long jobs wait", kOldestWaiting},
                                  {"measure the queue", kDepth},
                                  {"count jobs", kCounts},
                                  {"show a result", kResult},
                                  {"show a report", kReport},
                                  {"show pictures", kPictures}})
    statements.emplace_back(name, statement(sql, table));
  return statements;
}

}  // namespace aura::queue
