#include "aura/queue/queue.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "aura/base/text.h"
#include "session.h"
#include "sql.h"

namespace aura::queue {
namespace {

/// What a statement may take before it is given up and tried again. A beat, a rescue, a release and
/// a report of progress hold others up; a claim without its index reads much of the table.
constexpr std::chrono::seconds kQuick{5};
constexpr std::chrono::seconds kPatient{10};
/// More than any URL that can be fetched; a row may hold anything.
constexpr std::int64_t kMaxUrlChars = 16'384;

// A job that workers were lost with is claimed alone, or its neighbours would be lost with it.
// Every condition of eligibility stands inside the LIMIT, and the CTE is materialized so that it
// runs once. A running run of a job that reads queued means that somebody set it back by hand: a
// new start.
constexpr const char* kClaim = R"sql(
WITH {candidate}, suspect AS MATERIALIZED (
  SELECT g.job_id FROM candidate c JOIN aura.gate g ON g.job_id = c."id" WHERE g.crashes > 0
  ORDER BY g.job_id LIMIT 1
), chosen AS MATERIALIZED (
  SELECT "id" FROM candidate
  WHERE NOT EXISTS (SELECT FROM suspect) OR "id" = (SELECT job_id FROM suspect)
), superseded AS (
  UPDATE aura.run r SET state = 'superseded', ended_at = now()
  FROM chosen c WHERE r.job_id = c."id" AND r.state = 'running'
  RETURNING r.job_id
), gated AS (
  INSERT INTO aura.gate AS g (job_id, attempts) SELECT c."id", 1 FROM chosen c
  ON CONFLICT (job_id) DO UPDATE SET (attempts, crashes, waits) = (
    SELECT CASE WHEN anew THEN 1 ELSE g.attempts + 1 END, CASE WHEN anew THEN 0 ELSE g.crashes END,
           CASE WHEN anew THEN 0 ELSE g.waits END
    FROM (SELECT EXISTS (SELECT FROM superseded s WHERE s.job_id = g.job_id) AS anew) AS start)
  RETURNING job_id, attempts, crashes, waits
), started AS (
  INSERT INTO aura.run (job_id, attempt, worker_id, lease_until)
  SELECT job_id, attempts, $2, now() + $3::bigint * interval '1 millisecond' FROM gated
  -- Counting makes the superseded runs end before their successors begin.
  WHERE (SELECT count(*) FROM superseded) >= 0
  RETURNING id, job_id, attempt
)
UPDATE {jobs} j
SET "status" = 'processing', "progress" = 0, "errorMessage" = NULL, "completedAt" = NULL, "updatedAt" = {now}
FROM started s JOIN gated g ON g.job_id = s.job_id WHERE j."id" = s.job_id
RETURNING s.id AS run_id, s.attempt, g.crashes, g.waits, j."id", j."jobId" AS job_id, j."createdAt"::text AS created
)sql";

// Read once the claim stands: a job whose text is too much for its worker must have cost an attempt
// by then.
constexpr const char* kText = R"sql(
SELECT r.id AS run_id, coalesce(left(j."audioUrl", $2::int), '') AS audio_url, left(j."lyricsText", $3::int) AS lyrics
FROM aura.run r JOIN {jobs} j ON j."id" = r.job_id WHERE r.id = ANY ($1::bigint[])
)sql";

constexpr const char* kOldest = R"sql(candidate AS MATERIALIZED (
  SELECT j."id"
  FROM {jobs} j LEFT JOIN aura.gate g ON g.job_id = j."id"
  WHERE j."status" = 'queued' AND (g.job_id IS NULL OR g.not_before <= now())
  ORDER BY j."createdAt", j."id"
  LIMIT $1
  FOR UPDATE OF j SKIP LOCKED
))sql";

// Goes from one waiting user to the next through the index instead of reading every queued row.
// Whose turn was longest ago comes first; each gives one job before any gives a second. They are
// looked up and locked one by one in that order: the planner, who takes them for many, would read
// all that are queued.
constexpr const char* kInTurn = R"sql(RECURSIVE waiting (user_id) AS (
  (SELECT "userId" FROM {jobs} WHERE "status" = 'queued' ORDER BY "userId" LIMIT 1)
  UNION ALL
  SELECT (SELECT j."userId" FROM {jobs} j WHERE j."status" = 'queued' AND j."userId" > w.user_id
          ORDER BY j."userId" LIMIT 1)
  FROM waiting w WHERE w.user_id IS NOT NULL
), ranked AS MATERIALIZED (
  SELECT due."id", w.user_id, due.place, t.run_id AS last_turn, due."createdAt"
  FROM waiting w LEFT JOIN aura.turn t ON t.user_id = w.user_id
  CROSS JOIN LATERAL (
    SELECT j."id", j."createdAt", row_number() OVER (ORDER BY j."createdAt", j."id") AS place
    FROM {jobs} j LEFT JOIN aura.gate g ON g.job_id = j."id"
    WHERE j."status" = 'queued' AND j."userId" = w.user_id AND (g.job_id IS NULL OR g.not_before <= now())
    ORDER BY j."createdAt", j."id"
    LIMIT CASE WHEN (SELECT count(*) FROM waiting) > $1 THEN 1 ELSE $1 END) due
), candidate AS MATERIALIZED (
  SELECT free."id"
  FROM (SELECT "id" FROM ranked ORDER BY place, last_turn NULLS FIRST, "createdAt", "id") r CROSS JOIN LATERAL (
    SELECT j."id" FROM {jobs} j WHERE j."id" = r."id" AND j."status" = 'queued' FOR UPDATE SKIP LOCKED) free
  LIMIT $1
))sql";

// One fair claim at a time, or two would serve the same users. "aurf".
constexpr const char* kTakeTurnLock = "SELECT pg_advisory_xact_lock(x'61757266'::bigint)";

constexpr const char* kNoteTurns = R"sql(
INSERT INTO aura.turn AS t (user_id, run_id)
SELECT j."userId", max(r.id) FROM aura.run r JOIN {jobs} j ON j."id" = r.job_id
WHERE r.id = ANY ($1::bigint[]) GROUP BY j."userId"
ON CONFLICT (user_id) DO UPDATE SET run_id = excluded.run_id
)sql";

// The runs are locked, so that they are looked at as they are by then, not as they were when the
// statement began. A row that somebody else holds just now goes without this report.
constexpr const char* kProgress = R"sql(
WITH held AS MATERIALIZED (
  SELECT r.id, r.job_id, p.percent
  FROM unnest($1::bigint[], $2::int[]) AS p (run_id, percent)
  JOIN aura.run r ON r.id = p.run_id AND r.state = 'running'
  ORDER BY r.id FOR KEY SHARE OF r
), free AS MATERIALIZED (
  SELECT j."id", h.percent FROM held h JOIN {jobs} j ON j."id" = h.job_id
  WHERE j."status" = 'processing' FOR NO KEY UPDATE OF j SKIP LOCKED
), written AS (
  UPDATE {jobs} j SET "progress" = f.percent, "updatedAt" = {now} FROM free f WHERE j."id" = f."id"
)
SELECT h.id FROM held h JOIN {jobs} j ON j."id" = h.job_id AND j."status" = 'processing' ORDER BY h.id
)sql";

// Ends runs that are still running: the run is locked first, then the job. Where the
// row is gone or no longer processing, nothing is written to it and the run ends as cancelled.
constexpr const char* kEnd = R"sql(
WITH {held}, written AS (
  UPDATE {jobs} j SET {row}, "updatedAt" = {now}
  FROM held h WHERE j."id" = h.job_id AND j."status" = 'processing'
  RETURNING j."id"
), {gates}
UPDATE aura.run r
SET state = CASE WHEN EXISTS (SELECT FROM written w WHERE w."id" = h.job_id) THEN '{state}' ELSE 'cancelled' END,
    ended_at = now(), error = {error}
FROM held h WHERE r.id = h.id
RETURNING r.state
)sql";

constexpr const char* kWaitForRow = R"sql(held AS MATERIALIZED (
  SELECT id, job_id FROM aura.run WHERE id = ANY ($1::bigint[]) AND state = 'running' ORDER BY id FOR UPDATE
))sql";

// Of many runs, one whose row somebody has locked must not keep the others.
constexpr const char* kLeaveLockedRows = R"sql(running AS MATERIALIZED (
  SELECT id, job_id FROM aura.run WHERE id = ANY ($1::bigint[]) AND state = 'running' ORDER BY id
  FOR UPDATE SKIP LOCKED
), free AS MATERIALIZED (
  SELECT j."id" FROM running r JOIN {jobs} j ON j."id" = r.job_id FOR NO KEY UPDATE OF j SKIP LOCKED
), held AS MATERIALIZED (
  SELECT r.id, r.job_id FROM running r
  WHERE r.job_id IN (SELECT "id" FROM free) OR NOT EXISTS (SELECT FROM {jobs} j WHERE j."id" = r.job_id)
))sql";

constexpr const char* kUnsure =
    R"(jsonb_build_object('code', 'lease_unsure', 'message', 'its worker could not be sure of the lease', 'retryable', true))";

constexpr const char* kDropGates = R"sql(dropped AS (
  DELETE FROM aura.gate g USING held h WHERE g.job_id = h.job_id
))sql";

// Where the result was written, and with it. Without any, those of an earlier result go.
constexpr const char* kKeepPictures = R"sql(, pictured AS (
  INSERT INTO aura.pictures (job_id, pictures) SELECT w."id", $12::text FROM written w WHERE $12::text IS NOT NULL
  ON CONFLICT (job_id) DO UPDATE SET pictures = excluded.pictures, created_at = excluded.created_at
), outdated AS (
  DELETE FROM aura.pictures p USING written w WHERE p.job_id = w."id" AND $12::text IS NULL
))sql";

constexpr const char* kKeepGates = R"sql(kept AS (
  UPDATE aura.gate g SET {gate} FROM written w WHERE g.job_id = w."id"
), dropped AS (
  DELETE FROM aura.gate g USING held h
  WHERE g.job_id = h.job_id AND NOT EXISTS (SELECT FROM written w WHERE w."id" = h.job_id)
))sql";

// A run whose ending waits for its row is left out: it must not hold up the leases of the rest.
constexpr const char* kExtend = R"sql(
WITH free AS MATERIALIZED (
  SELECT id FROM aura.run WHERE id = ANY ($1::bigint[]) AND state = 'running'
  FOR NO KEY UPDATE SKIP LOCKED
), extended AS (
  UPDATE aura.run r SET lease_until = now() + $2::bigint * interval '1 millisecond'
  FROM free f
  WHERE r.id = f.id
    AND EXISTS (SELECT FROM {jobs} j WHERE j."id" = r.job_id AND j."status" = 'processing')
  RETURNING r.id
)
SELECT id FROM extended ORDER BY id
)sql";

constexpr const char* kHeld = R"sql(
SELECT r.id FROM aura.run r JOIN {jobs} j ON j."id" = r.job_id AND j."status" = 'processing'
WHERE r.id = ANY ($1::bigint[]) AND r.state = 'running' ORDER BY r.id
)sql";

// In the lock order of the endings: the run, then the job. What somebody has locked is left for
// later. A row that is gone or was taken back is
// left alone: that is no crash, and what was set back by hand starts anew.
constexpr const char* kRescue = R"sql(
WITH expired AS MATERIALIZED (
  SELECT id, job_id FROM aura.run WHERE state = 'running' AND lease_until < now()
  ORDER BY lease_until LIMIT {batch} FOR UPDATE SKIP LOCKED
), free AS MATERIALIZED (
  SELECT j."id" FROM expired e JOIN {jobs} j ON j."id" = e.job_id FOR NO KEY UPDATE OF j SKIP LOCKED
), counted AS MATERIALIZED (
  SELECT e.id, e.job_id, coalesce(g.crashes, 0) + 1 AS crashes,
         coalesce(g.crashes, 0) + 1 >= $2 AS crashed_out, coalesce(g.attempts, 1) > $1 AS tried_out
  FROM expired e LEFT JOIN aura.gate g ON g.job_id = e.job_id
  WHERE e.job_id IN (SELECT "id" FROM free) OR NOT EXISTS (SELECT FROM {jobs} j WHERE j."id" = e.job_id)
), written AS (
  UPDATE {jobs} j
  SET "status" = CASE WHEN c.crashed_out OR c.tried_out THEN 'failed' ELSE 'queued' END,
      "progress" = CASE WHEN c.crashed_out OR c.tried_out THEN j."progress" ELSE 0 END,
      "errorMessage" = CASE
        WHEN c.crashed_out THEN 'the analysis of this track stopped its worker ' || c.crashes ||
          CASE WHEN c.crashes = 1 THEN ' time' ELSE ' times' END || ': try another file of it'
        WHEN c.tried_out THEN 'the worker was lost and no attempt is left: submit the track again' END,
      "updatedAt" = {now}
  FROM counted c WHERE j."id" = c.job_id AND j."status" = 'processing'
  RETURNING j."id", j."jobId" AS job_id, j."status" = 'failed' AS failed
), kept AS (
  UPDATE aura.gate g
  SET crashes = c.crashes, not_before = now() + random() * $3::bigint * interval '1 millisecond'
  FROM counted c JOIN written w ON w."id" = c.job_id AND NOT w.failed WHERE g.job_id = c.job_id
), dropped AS (
  DELETE FROM aura.gate g USING counted c
  WHERE g.job_id = c.job_id AND NOT EXISTS (SELECT FROM written w WHERE w."id" = c.job_id AND NOT w.failed)
)
UPDATE aura.run r
SET state = CASE WHEN w."id" IS NULL THEN 'cancelled' ELSE 'lost' END, ended_at = now(),
    error = jsonb_build_object('code', 'lease_lost', 'message', 'the worker was lost', 'retryable', NOT w.failed)
FROM counted c LEFT JOIN written w ON w."id" = c.job_id
WHERE r.id = c.id
RETURNING r.id, w.job_id, r.attempt, r.worker_id, c.crashes, w.failed
)sql";

constexpr const char* kPrune = R"sql(
DELETE FROM aura.run WHERE id IN (
  SELECT id FROM aura.run WHERE state <> 'running' AND ended_at < now() - $1::bigint * interval '1 hour'
  ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED)
)sql";

constexpr const char* kPrunePictures = R"sql(
DELETE FROM aura.pictures WHERE job_id IN (
  SELECT job_id FROM aura.pictures WHERE created_at < now() - $1::bigint * interval '1 hour'
  ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
)sql";

// What waited for a retry when its row was deleted or ended by hand.
constexpr const char* kForget = R"sql(
DELETE FROM aura.gate WHERE job_id IN (
  SELECT g.job_id FROM aura.gate g
  WHERE NOT EXISTS (SELECT FROM aura.run r WHERE r.job_id = g.job_id AND r.state = 'running')
    AND NOT EXISTS (SELECT FROM {jobs} j WHERE j."id" = g.job_id AND j."status" IN ('queued', 'processing'))
  FOR UPDATE OF g SKIP LOCKED)
)sql";

constexpr const char* kPruneTurns = R"sql(
DELETE FROM aura.turn WHERE user_id IN (
  SELECT t.user_id FROM aura.turn t WHERE NOT EXISTS (SELECT FROM aura.run r WHERE r.id = t.run_id) LIMIT $1)
)sql";

constexpr const char* kStrays = R"sql(
SELECT id FROM aura.run WHERE state = 'running' AND worker_id = $1 AND id <> ALL ($2::bigint[])
)sql";

constexpr const char* kHasWork = R"sql(
SELECT EXISTS (SELECT FROM {jobs} WHERE "status" = 'queued')
    OR EXISTS (SELECT FROM aura.run WHERE state = 'running')
)sql";

std::string error_json(const Failure& failure) {
  return nlohmann::json{
      {"code", failure.code}, {"message", failure.message}, {"retryable", failure.retryable}}
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

template <typename Number>
std::string array_literal(const std::vector<Number>& numbers) {
  std::string text = "{";
  for (const auto number : numbers) text += (text.size() > 1 ? "," : "") + std::to_string(number);
  return text + "}";
}

std::vector<std::int64_t> ids_of(const pqxx::result& rows) {
  std::vector<std::int64_t> ids;
  for (const auto& row : rows) ids.push_back(row[0].as<std::int64_t>());
  return ids;
}

}  // namespace

Queue::Queue(Connection& connection, const QueueTable& table) : connection_(connection) {
  const auto statement = [&](const char* sql) {
    return fill_in(sql, {{"{jobs}", table.quoted}, {"{now}", kNow}});
  };
  const auto keeping = [](const char* gate) { return fill_in(kKeepGates, {{"{gate}", gate}}); };
  const auto ending = [&](const char* row, const std::string& gates, const char* state,
                          const char* error, const char* held = kWaitForRow) {
    return fill_in(kEnd, {{"{held}", held},
                          {"{gates}", gates},
                          {"{row}", row},
                          {"{state}", state},
                          {"{error}", error},
                          {"{jobs}", table.quoted},
                          {"{now}", kNow}});
  };
  const auto claiming = [&](const char* candidate) {
    return fill_in(kClaim, {{"{candidate}", candidate}, {"{jobs}", table.quoted}, {"{now}", kNow}});
  };
  claim_oldest_sql_ = claiming(kOldest);
  claim_in_turn_sql_ = claiming(kInTurn);
  text_sql_ = statement(kText);
  note_turns_sql_ = statement(kNoteTurns);
  progress_sql_ = statement(kProgress);
  extend_sql_ = statement(kExtend);
  rescue_sql_ = fill_in(statement(kRescue), {{"{batch}", std::to_string(kRescueBatch)}});
  forget_sql_ = statement(kForget);
  held_sql_ = statement(kHeld);
  has_work_sql_ = statement(kHasWork);
  complete_sql_ = ending(
      R"("status" = 'completed', "progress" = 100, "hitFactor" = $2, "audioScore" = $3, "lyricsScore" = $4,
         "brandScore" = $5, "marketScore" = $6, "recommendations" = $7, "similarHits" = $8, "fullReport" = $9,
         "modelVersion" = $10, "processingTime" = $11, "errorMessage" = NULL, "completedAt" = {now})",
      std::string(kDropGates) + kKeepPictures, "completed", "NULL");
  fail_sql_ = ending(
      R"("status" = 'failed', "errorMessage" = $2, "progress" = greatest(j."progress", $4::int))",
      kDropGates, "failed", "$3::jsonb");
  retry_sql_ = ending(R"("status" = 'queued', "progress" = 0)",
                      keeping("not_before = now() + $2::bigint * interval '1 millisecond'"),
                      "retrying", "$3::jsonb");
  postpone_sql_ = ending(R"("status" = 'queued', "progress" = 0)",
                         keeping("not_before = now() + $2::bigint * interval '1 millisecond', "
                                 "attempts = greatest(attempts - 1, 0), waits = waits + 1"),
                         "released", "$3::jsonb");
  const auto putting_back = [&](const char* state, const char* error) {
    return ending(R"("status" = 'queued', "progress" = 0)",
                  keeping("not_before = now(), attempts = greatest(attempts - 1, 0)"), state, error,
                  kLeaveLockedRows);
  };
  release_sql_ = putting_back("released", "NULL");
  abandon_sql_ = putting_back("lost", kUnsure);
}

std::vector<ClaimedJob> Queue::claim(const ClaimOptions& options) {
  pqxx::result rows;
  connection_.session().transaction_within(kPatient, [&](pqxx::work& work) {
    if (options.in_turn) work.exec(kTakeTurnLock);
    rows = work.exec_params(options.in_turn ? claim_in_turn_sql_ : claim_oldest_sql_, options.limit,
                            options.worker_id, static_cast<std::int64_t>(options.lease.count()));
    if (options.in_turn && !rows.empty())
      work.exec_params(note_turns_sql_, array_literal(ids_of(rows)));
  });
  std::vector<std::pair<std::string, ClaimedJob>> claimed;
  for (const auto& row : rows) {
    ClaimedJob job;
    job.run_id = row["run_id"].as<std::int64_t>();
    job.attempt = row["attempt"].as<int>();
    job.crashes = row["crashes"].as<int>();
    job.waits = row["waits"].as<int>();
    job.job.id = row["id"].as<std::string>();
    job.job.job_id = row["job_id"].as<std::string>();
    claimed.emplace_back(row["created"].as<std::string>(), std::move(job));
  }
  // RETURNING keeps no order.
  std::sort(claimed.begin(), claimed.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first, a.second.job.id) < std::tie(b.first, b.second.job.id);
  });
  std::vector<ClaimedJob> jobs;
  jobs.reserve(claimed.size());
  for (auto& [created, job] : claimed) jobs.push_back(std::move(job));
  if (!jobs.empty()) read_text(jobs, options.max_lyrics_bytes);
  return jobs;
}

void Queue::read_text(std::vector<ClaimedJob>& jobs, std::size_t max_lyrics_bytes) {
  std::map<std::int64_t, Job*> job_of;
  for (auto& job : jobs) job_of[job.run_id] = &job.job;
  std::vector<std::int64_t> run_ids;
  run_ids.reserve(jobs.size());
  for (const auto& [run_id, job] : job_of) run_ids.push_back(run_id);
  // One character more than the limit tells whether there was more.
  for (const auto& row : connection_.session().execute_within(
           kPatient, text_sql_, array_literal(run_ids), kMaxUrlChars,
           static_cast<std::int64_t>(max_lyrics_bytes + 1))) {
    auto& job = *job_of.at(row["run_id"].as<std::int64_t>());
    job.audio_url = row["audio_url"].as<std::string>();
    job.lyrics = optional_text(row["lyrics"]);
    if (job.lyrics) job.lyrics_cut = cut_utf8(*job.lyrics, max_lyrics_bytes);
  }
}

std::vector<std::int64_t> Queue::report_progress(const std::vector<ProgressReport>& reports) {
  std::vector<std::int64_t> run_ids;
  std::vector<int> percents;
  for (const auto& [run_id, percent] : reports) {
    run_ids.push_back(run_id);
    percents.push_back(percent);
  }
  return ids_of(connection_.session().execute_within(kQuick, progress_sql_, array_literal(run_ids),
                                                     array_literal(percents)));
}

template <typename... Arguments>
Ending Queue::end(std::string_view state, std::int64_t run_id, const std::string& sql,
                  const Arguments&... arguments) {
  auto& session = connection_.session();
  auto rows =
      session.execute_within(kPatient, sql, array_literal(std::vector{run_id}), arguments...);
  // No run to end: either it was lost, or this very ending was written before and its answer lost.
  if (rows.empty())
    rows = session.execute_within(kQuick, "SELECT state FROM aura.run WHERE id = $1", run_id);
  const auto found = rows.empty() ? std::string() : rows[0][0].template as<std::string>();
  if (found == state) return Ending::kDone;
  return found == "cancelled" ? Ending::kCancelled : Ending::kLost;
}

Ending Queue::complete(std::int64_t run_id, const Result& result) {
  return end("completed", run_id, complete_sql_, result.hit_factor, result.audio_score,
             result.lyrics_score, result.brand_score, result.market_score,
             result.recommendations_json, result.similar_hits_json, result.full_report_json,
             result.model_version, static_cast<std::int64_t>(result.processing_time.count()),
             result.pictures_json);
}

Ending Queue::retry(std::int64_t run_id, const Failure& failure, std::chrono::milliseconds wait) {
  return end("retrying", run_id, retry_sql_, static_cast<std::int64_t>(wait.count()),
             error_json(failure));
}

Ending Queue::postpone(std::int64_t run_id, const Failure& reason, std::chrono::milliseconds wait) {
  return end("released", run_id, postpone_sql_, static_cast<std::int64_t>(wait.count()),
             error_json(reason));
}

Ending Queue::fail(std::int64_t run_id, const Failure& failure, int percent) {
  return end("failed", run_id, fail_sql_, failure.message, error_json(failure), percent);
}

int Queue::release(const std::vector<std::int64_t>& run_ids) {
  return put_back(release_sql_, run_ids);
}

Ending Queue::abandon(std::int64_t run_id) {
  return end("lost", run_id, abandon_sql_);
}

int Queue::put_back(const std::string& sql, const std::vector<std::int64_t>& run_ids) {
  if (run_ids.empty()) return 0;
  pqxx::result ended;
  connection_.session().transaction_within(kQuick, [&](pqxx::work& work) {
    ended = work.exec_params(sql, array_literal(run_ids));
    work.exec(kWake);  // others may have idle threads
  });
  return static_cast<int>(ended.size());
}

int Queue::abandon_strays(const std::string& worker_id, const std::vector<std::int64_t>& known) {
  return put_back(abandon_sql_, ids_of(connection_.session().execute_within(
                                    kQuick, kStrays, worker_id, array_literal(known))));
}

std::vector<std::int64_t> Queue::extend(const std::vector<std::int64_t>& run_ids,
                                        std::chrono::milliseconds lease) {
  return ids_of(connection_.session().execute_within(kQuick, extend_sql_, array_literal(run_ids),
                                                     static_cast<std::int64_t>(lease.count())));
}

std::vector<std::int64_t> Queue::held(const std::vector<std::int64_t>& run_ids) {
  return ids_of(connection_.session().execute_within(kQuick, held_sql_, array_literal(run_ids)));
}

std::vector<Queue::Rescued> Queue::rescue(const RescueOptions& options) {
  std::vector<Rescued> rescued;
  for (const auto& row : connection_.session().execute_within(
           kQuick, rescue_sql_, options.max_retries, options.max_crashes,
           static_cast<std::int64_t>(options.spread.count()))) {
    if (row["job_id"].is_null()) continue;  // taken back or deleted: nobody's loss
    rescued.push_back({row["id"].as<std::int64_t>(), row["job_id"].as<std::string>(),
                       row["attempt"].as<int>(), row["worker_id"].as<std::string>(),
                       row["crashes"].as<int>(), row["failed"].as<bool>()});
  }
  return rescued;
}

void Queue::forget_ended() {
  connection_.session().execute_within(kQuick, forget_sql_);
}

int Queue::prune(std::chrono::hours retention, int limit) {
  auto& session = connection_.session();
  session.execute_within(kQuick, kPruneTurns, limit);
  return static_cast<int>(
      session.execute_within(kQuick, kPrune, static_cast<std::int64_t>(retention.count()), limit)
          .affected_rows());
}

int Queue::prune_pictures(std::chrono::hours retention, int limit) {
  return static_cast<int>(connection_.session()
                              .execute_within(kQuick, kPrunePictures,
                                              static_cast<std::int64_t>(retention.count()), limit)
                              .affected_rows());
}

bool Queue::has_work() {
  return connection_.session().execute_within(kPatient, has_work_sql_)[0][0].as<bool>();
}

}  // namespace aura::queue
