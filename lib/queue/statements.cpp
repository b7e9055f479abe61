#include "statements.h"

#include <limits>

#include "sql.h"

namespace aura::queue {
namespace {

// A job that workers were lost with runs alone: a worker that runs something only reserves it, and
// takes no other before. Those that another worker has reserved are left to that one.
constexpr const char* kSuspect = R"sql(suspect AS MATERIALIZED (
  SELECT j."id" FROM aura.gate g JOIN {jobs} j ON j."id" = g.job_id::{id}
  WHERE g.crashes > 0 AND g.not_before <= now() AND j."status" = 'queued'
    AND (g.reserved_until IS NULL OR g.reserved_until < now() OR g.reserved_by = $2)
  ORDER BY (g.reserved_by = $2 AND g.reserved_until >= now()) IS TRUE DESC, j."createdAt" NULLS FIRST, j."id" LIMIT 1
  FOR UPDATE OF g, j SKIP LOCKED
))sql";

// What is written to a job's row: when it is claimed, put back, completed and failed.
constexpr const char* kClaimed =
    R"("status" = 'processing', "progress" = 0, "errorMessage" = NULL, "completedAt" = NULL)";
constexpr const char* kBack = R"("status" = 'queued', "progress" = 0)";
constexpr const char* kCompleted =
    R"("status" = 'completed', "progress" = 100, "hitFactor" = $2, "audioScore" = $3, "lyricsScore" = $4,
       "brandScore" = $5, "marketScore" = $6, "recommendations" = $7, "similarHits" = $8, "fullReport" = $9,
       "modelVersion" = left($10::text, {model_width}), "processingTime" = $11, "errorMessage" = NULL, "completedAt" = {completed_now})";
constexpr const char* kFailed =
    R"("status" = 'failed', "errorMessage" = left($2::text, {error_width}), "progress" = greatest(j."progress", $4::int))";

// Where it is known already which row is meant.
constexpr const char* kNoSuspect =
    R"sql(suspect AS MATERIALIZED (SELECT "id" FROM {jobs} WHERE false))sql";

// Every condition of eligibility stands inside the LIMIT, and the CTE is materialized so that it
// runs once. A running run of a job that reads queued means that somebody set it back by hand: a
// new start.
constexpr const char* kClaim = R"sql(
WITH {candidate}, chosen AS MATERIALIZED (
  SELECT "id" FROM candidate UNION ALL SELECT "id" FROM suspect WHERE $4::bool
), reserved AS (
  UPDATE aura.gate g SET reserved_by = $2, reserved_until = now() + $3::bigint * interval '1 millisecond'
  FROM suspect s WHERE g.job_id = s."id"::text AND NOT $4::bool
  RETURNING g.job_id
), superseded AS (
  UPDATE aura.run r SET state = 'superseded', ended_at = now()
  FROM chosen c WHERE r.job_id = c."id"::text AND r.state = 'running'
  RETURNING r.job_id
), gated AS (
  INSERT INTO aura.gate AS g (job_id, attempts) SELECT c."id"::text, 1 FROM chosen c
  ON CONFLICT (job_id) DO UPDATE SET (attempts, crashes, waits, faults, reserved_by, reserved_until) = (
    SELECT CASE WHEN anew THEN 1 ELSE g.attempts + 1 END, CASE WHEN anew THEN 0 ELSE g.crashes END,
           CASE WHEN anew THEN 0 ELSE g.waits END, CASE WHEN anew THEN 0 ELSE g.faults END, NULL::text, NULL::timestamptz
    FROM (SELECT EXISTS (SELECT FROM superseded s WHERE s.job_id = g.job_id) AS anew) AS start)
  RETURNING job_id, attempts, crashes, waits, faults
), accepted AS (
  DELETE FROM aura.set_aside s USING chosen c WHERE s.job_id = c."id"::text
), started AS (
  INSERT INTO aura.run (job_id, attempt, worker_id, lease_until)
  SELECT job_id, attempts, $2, now() + $3::bigint * interval '1 millisecond' FROM gated
  -- Counting makes the superseded runs end before their successors begin.
  WHERE (SELECT count(*) FROM superseded) >= 0
  RETURNING id, job_id, attempt
), written AS (
  UPDATE {jobs} j
  SET {claimed}, "updatedAt" = {now}
  FROM started s WHERE j."id" = s.job_id::{id}
  RETURNING j."id"::text AS id, j."jobId" AS job_id, j."createdAt"::text AS created
)
SELECT s.id AS run_id, s.attempt, g.crashes, g.waits, g.faults, w.id, w.job_id, w.created
FROM started s JOIN gated g ON g.job_id = s.job_id LEFT JOIN written w ON w.id = s.job_id
UNION ALL SELECT NULL, 0, 0, 0, 0, job_id, NULL, NULL FROM reserved
)sql";

// Read once the claim stands: a job whose text is too much for its worker must have cost an attempt
// by then.
constexpr const char* kText = R"sql(
SELECT r.id AS run_id, coalesce(left(j."audioUrl", $2::int), '') AS audio_url, left(j."lyricsText", $3::int) AS lyrics
FROM aura.run r JOIN {jobs} j ON j."id" = r.job_id::{id} WHERE r.id = ANY ($1::bigint[])
)sql";

// Not by a LEFT JOIN: the planner would think that next to nothing is due where many wait, and read
// all that is queued instead of following the index.
constexpr const char* kIsDue =
    R"sql(NOT EXISTS (SELECT FROM aura.gate g WHERE g.job_id = j."id"::text AND (g.not_before > now() OR g.crashes > 0)))sql";

constexpr const char* kOldest = R"sql(candidate AS MATERIALIZED (
  SELECT {what}
  FROM {jobs} j
  WHERE j."status" = 'queued' AND {is_due} AND NOT EXISTS (SELECT FROM suspect)
  ORDER BY j."createdAt", j."id"
  LIMIT $1
  FOR UPDATE OF j SKIP LOCKED
))sql";

// What says not when it was submitted counts as the oldest. Two looks, since the index sorts it
// last.
constexpr const char* kOldestOrUndated = R"sql(undated AS MATERIALIZED (
  SELECT {what}
  FROM {jobs} j
  WHERE j."status" = 'queued' AND j."createdAt" IS NULL AND {is_due} AND NOT EXISTS (SELECT FROM suspect)
  ORDER BY j."id"
  LIMIT $1
  FOR UPDATE OF j SKIP LOCKED
), dated AS MATERIALIZED (
  SELECT {what}
  FROM {jobs} j
  WHERE j."status" = 'queued' AND j."createdAt" IS NOT NULL AND {is_due} AND NOT EXISTS (SELECT FROM suspect)
    AND (SELECT count(*) FROM undated) < $1
  ORDER BY j."createdAt", j."id"
  LIMIT $1
  FOR UPDATE OF j SKIP LOCKED
), candidate AS MATERIALIZED (
  (SELECT * FROM undated) UNION ALL (SELECT * FROM dated LIMIT $1 - (SELECT count(*) FROM undated))
))sql";

// Goes from one waiting user to the next through the index instead of reading every queued row.
// Whose turn was longest ago comes first; each gives one job before any gives a second. They are
// looked up and locked one by one in that order: the planner, who takes them for many, would read
// all that are queued.
constexpr const char* kInTurn = R"sql(waiting (user_id) AS (
  (SELECT "userId" FROM {jobs} WHERE "status" = 'queued' ORDER BY "userId" LIMIT 1)
  UNION ALL
  SELECT (SELECT j."userId" FROM {jobs} j WHERE j."status" = 'queued' AND j."userId" > w.user_id
          ORDER BY j."userId" LIMIT 1)
  FROM waiting w WHERE w.user_id IS NOT NULL
), ranked AS MATERIALIZED (
  SELECT due."id", due.place, t.run_id AS last_turn, due."createdAt"
  FROM waiting w LEFT JOIN aura.turn t ON t.user_id = w.user_id::text
  CROSS JOIN LATERAL (
    SELECT j."id", j."createdAt", row_number() OVER (ORDER BY j."createdAt" {nulls}, j."id") AS place
    FROM {jobs} j WHERE j."status" = 'queued' AND j."userId" = w.user_id AND {is_due}
    ORDER BY j."createdAt" {nulls}, j."id"
    LIMIT CASE WHEN (SELECT count(*) FROM waiting) > $1 THEN 1 ELSE $1 END) due
  {nobodys}
), candidate AS MATERIALIZED (
  SELECT free.*
  FROM (SELECT "id" FROM ranked ORDER BY place, last_turn NULLS FIRST, "createdAt" NULLS FIRST, "id") r CROSS JOIN LATERAL (
    SELECT {what} FROM {jobs} j WHERE j."id" = r."id" AND j."status" = 'queued' FOR UPDATE SKIP LOCKED) free
  WHERE NOT EXISTS (SELECT FROM suspect)
  LIMIT $1
))sql";

// Jobs that say not whose they are are those of one more user.
constexpr const char* kNobodys = R"sql(
  UNION ALL
  SELECT due."id", due.place, (SELECT t.run_id FROM aura.turn t WHERE t.user_id = '{nobody}'), due."createdAt"
  FROM (
    SELECT j."id", j."createdAt", row_number() OVER (ORDER BY j."createdAt" NULLS FIRST, j."id") AS place
    FROM {jobs} j WHERE j."status" = 'queued' AND j."userId" IS NULL AND {is_due}
    ORDER BY j."createdAt" NULLS FIRST, j."id" LIMIT $1) due
)sql";

// No name that a web app gives.
constexpr std::string_view kNobody = "\x01nobody";

constexpr const char* kAtCtid = R"sql(candidate AS MATERIALIZED (
  SELECT "id" FROM {jobs} WHERE ctid = $1::tid AND "status" = 'queued'
))sql";

constexpr const char* kCtid = R"sql(j.ctid::text AS row)sql";
constexpr const char* kId = R"sql(j."id")sql";
constexpr const char* kSuspectRow = R"sql(
WITH {suspect} SELECT j.ctid::text FROM {jobs} j JOIN suspect s ON s."id" = j."id"
)sql";

constexpr const char* kNoteTurns = R"sql(
INSERT INTO aura.turn AS t (user_id, run_id)
SELECT coalesce(j."userId"::text, '{nobody}'), max(r.id) FROM aura.run r JOIN {jobs} j ON j."id" = r.job_id::{id}
WHERE r.id = ANY ($1::bigint[]) GROUP BY 1
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
  SELECT j."id", h.percent FROM held h JOIN {jobs} j ON j."id" = h.job_id::{id}
  WHERE j."status" = 'processing' FOR NO KEY UPDATE OF j SKIP LOCKED
), written AS (
  UPDATE {jobs} j SET "progress" = f.percent, "updatedAt" = {now} FROM free f WHERE j."id" = f."id"
)
SELECT h.id FROM held h JOIN {jobs} j ON j."id" = h.job_id::{id} AND j."status" = 'processing' ORDER BY h.id
)sql";

// Ends runs that are still running: the run is locked first, then the job. Where the
// row is gone or no longer processing, nothing is written to it and the run ends as cancelled.
constexpr const char* kEnd = R"sql(
WITH {held}, written AS (
  UPDATE {jobs} j SET {row}, "updatedAt" = {now}
  FROM held h WHERE j."id" = h.job_id::{id} AND j."status" = 'processing'
  RETURNING j."id"::text AS id
), {gates}
UPDATE aura.run r
SET state = CASE WHEN EXISTS (SELECT FROM written w WHERE w.id = h.job_id) THEN '{state}' ELSE 'cancelled' END,
    ended_at = now(), error = {error}
FROM held h WHERE r.id = h.id
RETURNING r.state, r.id
)sql";

// Runs that have just ended as cancelled although their rows still read processing. To be asked in
// the same transaction: what others have written is seen only by a statement that begins after it.
constexpr const char* kUnwritten = R"sql(
SELECT EXISTS (
  SELECT FROM aura.run r JOIN {jobs} j ON j."id" = r.job_id::{id}
  WHERE r.id = ANY ($1::bigint[]) AND r.state = 'cancelled' AND j."status" = 'processing'
    AND NOT EXISTS (SELECT FROM aura.run n WHERE n.job_id = r.job_id AND n.state = 'running'))
)sql";

constexpr const char* kWaitForRow = R"sql(held AS MATERIALIZED (
  SELECT id, job_id FROM aura.run WHERE id = ANY ($1::bigint[]) AND state = 'running' ORDER BY id FOR UPDATE
))sql";

// Of many runs, one whose row somebody has locked must not keep the others.
constexpr const char* kLeaveLockedRows = R"sql(running AS MATERIALIZED (
  SELECT id, job_id FROM aura.run WHERE id = ANY ($1::bigint[]) AND state = 'running' ORDER BY id
  FOR UPDATE SKIP LOCKED
), free AS MATERIALIZED (
  SELECT j."id"::text AS id FROM running r JOIN {jobs} j ON j."id" = r.job_id::{id} FOR NO KEY UPDATE OF j SKIP LOCKED
), held AS MATERIALIZED (
  SELECT r.id, r.job_id FROM running r
  WHERE r.job_id IN (SELECT id FROM free) OR NOT EXISTS (SELECT FROM {jobs} j WHERE j."id" = r.job_id::{id})
))sql";

constexpr const char* kUnsure =
    R"(jsonb_build_object('code', 'lease_unsure', 'message', 'its worker could not be sure of the lease', 'retryable', true))";

constexpr const char* kDropGates = R"sql(dropped AS (
  DELETE FROM aura.gate g USING held h WHERE g.job_id = h.job_id
))sql";

// Where the result was written, and with it. Without any, those of an earlier result go.
constexpr const char* kKeepPictures = R"sql(, pictured AS (
  INSERT INTO aura.pictures (job_id, pictures) SELECT w.id, $12::text FROM written w WHERE $12::text IS NOT NULL
  ON CONFLICT (job_id) DO UPDATE SET pictures = excluded.pictures, created_at = excluded.created_at
), outdated AS (
  DELETE FROM aura.pictures p USING written w WHERE p.job_id = w.id AND $12::text IS NULL
))sql";

constexpr const char* kKeepGates = R"sql(kept AS (
  UPDATE aura.gate g SET {gate} FROM written w WHERE g.job_id = w.id
), dropped AS (
  DELETE FROM aura.gate g USING held h
  WHERE g.job_id = h.job_id AND NOT EXISTS (SELECT FROM written w WHERE w.id = h.job_id)
))sql";

// As a failure, but that the row can't say so yet: the job is set aside until it can.
constexpr const char* kStrand = R"sql(
WITH held AS MATERIALIZED (
  SELECT id, job_id FROM aura.run WHERE id = $1 AND state = 'running' FOR UPDATE
), dropped AS (
  DELETE FROM aura.gate g USING held h WHERE g.job_id = h.job_id
)
UPDATE aura.run r SET state = 'failed', ended_at = now(), error = $2::jsonb FROM held h WHERE r.id = h.id
RETURNING r.state
)sql";

// A run whose ending waits for its row is left out: it must not hold up the leases of the rest.
constexpr const char* kExtend = R"sql(
WITH free AS MATERIALIZED (
  SELECT id FROM aura.run WHERE id = ANY ($1::bigint[]) AND state = 'running'
  FOR NO KEY UPDATE SKIP LOCKED
), extended AS (
  UPDATE aura.run r SET lease_until = now() + $2::bigint * interval '1 millisecond'
  FROM free f
  WHERE r.id = f.id
    AND EXISTS (SELECT FROM {jobs} j WHERE j."id" = r.job_id::{id} AND j."status" = 'processing')
  RETURNING r.id
)
SELECT id FROM extended ORDER BY id
)sql";

constexpr const char* kHeld = R"sql(
SELECT r.id FROM aura.run r JOIN {jobs} j ON j."id" = r.job_id::{id} AND j."status" = 'processing'
WHERE r.id = ANY ($1::bigint[]) AND r.state = 'running' ORDER BY r.id
)sql";

// In the lock order of the endings: the run, then the job. What somebody has locked is left for
// later. A row that is gone or was taken back is left alone: that is no crash, and what was set
// back by hand starts anew. A lease that ended while nobody could reach the database costs nothing.
constexpr const char* kRescue = R"sql(
WITH expired AS MATERIALIZED (
  SELECT id, job_id FROM aura.run WHERE state = 'running' AND lease_until < now() AND ($4::bigint IS NULL OR id = $4)
  ORDER BY lease_until LIMIT {batch} FOR UPDATE SKIP LOCKED
), free AS MATERIALIZED (
  SELECT j."id"::text AS id FROM expired e JOIN {jobs} j ON j."id" = e.job_id::{id} FOR NO KEY UPDATE OF j SKIP LOCKED
), counted AS MATERIALIZED (
  SELECT id, job_id, crashes, crashes >= $2 AND NOT $5::bool AS crashed_out, attempts > $1 AND NOT $5::bool AS tried_out
  FROM (
    SELECT e.id, e.job_id, coalesce(g.crashes, 0) + CASE WHEN $5::bool THEN 0 ELSE 1 END AS crashes,
           coalesce(g.attempts, 1) AS attempts
    FROM expired e LEFT JOIN aura.gate g ON g.job_id = e.job_id
    WHERE e.job_id IN (SELECT id FROM free) OR NOT EXISTS (SELECT FROM {jobs} j WHERE j."id" = e.job_id::{id})) AS costs
), written AS (
  UPDATE {jobs} j
  SET "status" = (CASE WHEN c.crashed_out OR c.tried_out THEN 'failed' ELSE 'queued' END)::{status},
      "progress" = CASE WHEN c.crashed_out OR c.tried_out THEN j."progress" ELSE 0 END,
      "errorMessage" = left(CASE
        WHEN c.crashed_out THEN 'the analysis of this track stopped its worker ' || c.crashes ||
          CASE WHEN c.crashes = 1 THEN ' time' ELSE ' times' END || ': try another file of it'
        WHEN c.tried_out THEN 'the worker was lost and no attempt is left: submit the track again' END, {error_width}),
      "updatedAt" = {now}
  FROM counted c WHERE j."id" = c.job_id::{id} AND j."status" = 'processing'
  RETURNING j."id"::text AS id, j."jobId" AS job_id, j."status" = 'failed' AS failed
), kept AS (
  UPDATE aura.gate g
  SET crashes = c.crashes, not_before = now() + random() * $3::bigint * interval '1 millisecond',
      attempts = greatest(g.attempts - CASE WHEN $5::bool THEN 1 ELSE 0 END, 0)
  FROM counted c JOIN written w ON w.id = c.job_id AND NOT w.failed WHERE g.job_id = c.job_id
), dropped AS (
  DELETE FROM aura.gate g USING counted c
  WHERE g.job_id = c.job_id AND NOT EXISTS (SELECT FROM written w WHERE w.id = c.job_id AND NOT w.failed)
), accepted AS (
  DELETE FROM aura.set_aside s USING counted c WHERE s.job_id = c.job_id
)
UPDATE aura.run r
SET state = CASE WHEN w.id IS NULL THEN 'cancelled' ELSE 'lost' END, ended_at = now(),
    charged_crashes = CASE WHEN w.id IS NOT NULL AND NOT $5::bool THEN c.crashes END,
    error = CASE WHEN $5::bool
      THEN jsonb_build_object('code', 'lease_unsure', 'message', 'the database was away when its lease ended', 'retryable', true)
      ELSE jsonb_build_object('code', 'lease_lost', 'message', 'the worker was lost', 'retryable', NOT w.failed) END
FROM counted c LEFT JOIN written w ON w.id = c.job_id
WHERE r.id = c.id
RETURNING r.id, w.job_id, r.attempt, r.worker_id, c.crashes, w.failed, r.state
)sql";

constexpr const char* kExpired = R"sql(
SELECT id FROM aura.run WHERE state = 'running' AND lease_until < now()
ORDER BY lease_until LIMIT $1 FOR UPDATE SKIP LOCKED
)sql";

constexpr const char* kNextExpiry = R"sql(
SELECT ceil(extract(epoch FROM min(lease_until) - now()) * 1000)::bigint FROM aura.run WHERE state = 'running'
)sql";

// A worker that comes back was not lost: the crash that its run was charged goes back, once.
constexpr const char* kClearCharges = R"sql(
WITH charged AS MATERIALIZED (
  SELECT id, job_id, charged_crashes FROM aura.run
  WHERE id = ANY ($1::bigint[]) AND charged_crashes IS NOT NULL ORDER BY id FOR UPDATE
), cleared AS (
  UPDATE aura.run r SET charged_crashes = NULL FROM charged c WHERE r.id = c.id
), eased AS (
  -- No more than the job has: it may have started anew since.
  UPDATE aura.gate g SET crashes = greatest(g.crashes - c.runs, 0)
  FROM (SELECT job_id, count(*)::int AS runs FROM charged GROUP BY job_id) c WHERE g.job_id = c.job_id
)
SELECT id, charged_crashes FROM charged ORDER BY id
)sql";

// Where the charge was one too many, and attempts are left: the job is under way again.
constexpr const char* kRevive = R"sql(
UPDATE {jobs} j SET "status" = 'queued', "progress" = 0, "errorMessage" = NULL, "updatedAt" = {now}
FROM aura.run r
WHERE r.id = $1 AND r.state = 'lost' AND r.error->>'retryable' = 'false' AND r.attempt <= $2
  AND NOT EXISTS (SELECT FROM aura.run later WHERE later.job_id = r.job_id AND later.id > r.id)
  AND j."id" = r.job_id::{id} AND j."status" = 'failed'
  -- Nobody has written it since.
  AND (j."updatedAt"{updated_utc})::timestamp(3) = (r.ended_at AT TIME ZONE 'UTC')::timestamp(3)
RETURNING r.job_id, r.attempt
)sql";

// The trigger for new starts has just forgotten it.
constexpr const char* kReopenGate = R"sql(
INSERT INTO aura.gate (job_id, attempts, crashes) VALUES ($1, greatest($2::int, 0), greatest($3::int, 0))
ON CONFLICT (job_id) DO UPDATE SET attempts = excluded.attempts, crashes = excluded.crashes
)sql";

// {rows} gives job_id. The wait doubles from ten seconds to ten minutes.
constexpr const char* kSetAside = R"sql(
INSERT INTO aura.set_aside AS s (job_id, statement, reason, next_try)
SELECT job_id, $2, $3, now() + interval '10 seconds' FROM ({rows}) AS refused
ON CONFLICT (job_id) DO UPDATE SET tries = s.tries + 1, statement = excluded.statement, reason = excluded.reason,
  next_try = now() + least(interval '10 seconds' * 2 ^ least(s.tries, 10), interval '10 minutes')
RETURNING job_id, next_try, tries
)sql";

constexpr const char* kSetAsideRow = R"sql(
WITH noted AS ({noted}), gated AS (
  INSERT INTO aura.gate (job_id, not_before) SELECT job_id, next_try FROM noted
  ON CONFLICT (job_id) DO UPDATE SET not_before = excluded.not_before
)
SELECT tries FROM noted
)sql";

// The lease is what keeps a run from the next rescue.
constexpr const char* kSetAsideRun = R"sql(
WITH noted AS ({noted}), leased AS (
  UPDATE aura.run r SET lease_until = n.next_try FROM noted n WHERE r.id = $1 AND r.state = 'running'
)
SELECT tries FROM noted
)sql";

// Outcomes that rows have refused and whose time has come.
constexpr const char* kStranded = R"sql(
SELECT s.job_id FROM aura.set_aside s WHERE s.statement = 'fail' AND s.next_try <= now()
ORDER BY s.next_try LIMIT {batch} FOR UPDATE SKIP LOCKED
)sql";

constexpr const char* kUnstrand = R"sql(
WITH last AS MATERIALIZED (
  SELECT r.job_id, r.state, r.error->>'message' AS message FROM aura.run r WHERE r.job_id = $1 ORDER BY r.id DESC LIMIT 1
), written AS (
  UPDATE {jobs} j SET "status" = 'failed', "errorMessage" = left(l.message, {error_width}), "updatedAt" = {now}
  FROM last l WHERE l.state = 'failed' AND j."id" = l.job_id::{id} AND j."status" = 'processing'
  RETURNING j."id"
), done AS (
  DELETE FROM aura.set_aside WHERE job_id = $1
)
SELECT NOT EXISTS (SELECT FROM written) AS unwritten
FROM last l JOIN {jobs} j ON j."id" = l.job_id::{id} WHERE l.state = 'failed' AND j."status" = 'processing'
)sql";

constexpr const char* kDelay = R"sql(
UPDATE aura.set_aside SET tries = tries + 1, reason = $2,
  next_try = now() + least(interval '10 seconds' * 2 ^ least(tries, 10), interval '10 minutes')
WHERE job_id = $1
)sql";

// What waited when its row was deleted or ended by hand.
constexpr const char* kForget = R"sql(
WITH ended AS (
  DELETE FROM aura.set_aside s
  WHERE NOT EXISTS (SELECT FROM {jobs} j WHERE j."id" = s.job_id::{id} AND j."status" IN ('queued', 'processing'))
)
DELETE FROM aura.gate WHERE job_id IN (
  SELECT g.job_id FROM aura.gate g
  WHERE NOT EXISTS (SELECT FROM aura.run r WHERE r.job_id = g.job_id AND r.state = 'running')
    AND NOT EXISTS (SELECT FROM {jobs} j WHERE j."id" = g.job_id::{id} AND j."status" IN ('queued', 'processing'))
  FOR UPDATE OF g SKIP LOCKED)
)sql";

constexpr const char* kStrays = R"sql(
SELECT id FROM aura.run WHERE state = 'running' AND worker_id = $1 AND id <> ALL ($2::bigint[])
)sql";

// What is set aside can't be worked on. Nor can what this role may see and not update: the lock
// leaves it out, and conflicts with no update of the web app.
constexpr const char* kHasWork = R"sql(
SELECT EXISTS (SELECT FROM {jobs} j WHERE j."status" = 'queued'
               AND NOT EXISTS (SELECT FROM aura.set_aside s WHERE s.job_id = j."id"::text)
               FOR KEY SHARE OF j)
    OR EXISTS (SELECT FROM aura.run r WHERE r.state = 'running'
               AND NOT EXISTS (SELECT FROM aura.set_aside s WHERE s.job_id = r.job_id)
               AND (r.lease_until > now()
                    OR NOT EXISTS (SELECT FROM {jobs} j WHERE j."id" = r.job_id::{id})
                    OR EXISTS (SELECT FROM {jobs} j WHERE j."id" = r.job_id::{id} FOR KEY SHARE OF j)))
)sql";

}  // namespace

Statements::Statements(const QueueTable& table) {
  const auto width = [](int column) {
    return std::to_string(column > 0 ? column : std::numeric_limits<int>::max());
  };
  const auto statement = [&](std::string sql) {
    sql = postgres::fill_in(std::move(sql), {{"{batch}", std::to_string(kStatementBatch)},
                                             {"{error_width}", width(table.error_width)},
                                             {"{model_width}", width(table.model_width)},
                                             {"{nobody}", kNobody}});
    return for_table(std::move(sql), table);
  };
  // What a claim takes: `suspect` and `candidate`, of which the latter has one column, `what`.
  const auto taken = [&](const char* candidates, const char* what, const char* suspect = kSuspect) {
    return "RECURSIVE " + std::string(suspect) + ", " +
           postgres::fill_in(candidates,
                             {{"{nobodys}", table.user_may_be_null ? kNobodys : ""},
                              {"{nulls}", table.created_may_be_null ? "NULLS FIRST" : ""},
                              {"{is_due}", kIsDue},
                              {"{what}", what}});
  };
  const auto claiming = [&](const std::string& candidate) {
    return statement(
        postgres::fill_in(kClaim, {{"{candidate}", candidate}, {"{claimed}", kClaimed}}));
  };
  const auto looking = [&](const std::string& candidate) {
    return statement("WITH " + candidate + " SELECT * FROM candidate");
  };
  const auto* oldest = table.created_may_be_null ? kOldestOrUndated : kOldest;
  claim_oldest = claiming(taken(oldest, kId));
  claim_in_turn = claiming(taken(kInTurn, kId));
  claim_row = claiming(taken(kAtCtid, kId, kNoSuspect));
  oldest_rows = looking(taken(oldest, kCtid));
  in_turn_rows = looking(taken(kInTurn, kCtid));
  suspect_row = statement(
      postgres::fill_in(kSuspectRow, {{"{suspect}", postgres::fill_in(kSuspect, {{"$2", "$1"}})}}));
  note_turns = statement(kNoteTurns);
  text = statement(kText);
  progress = statement(kProgress);
  extend = statement(kExtend);
  held = statement(kHeld);

  const auto ending = [&](const char* row, const std::string& gates, const char* state,
                          const char* error, const char* which = kWaitForRow) {
    return statement(postgres::fill_in(kEnd, {{"{held}", which},
                                              {"{gates}", gates},
                                              {"{row}", row},
                                              {"{state}", state},
                                              {"{error}", error}}));
  };
  const auto keeping = [](const char* gate) {
    return postgres::fill_in(kKeepGates, {{"{gate}", gate}});
  };
  complete = ending(kCompleted, std::string(kDropGates) + kKeepPictures, "completed", "NULL");
  fail = ending(kFailed, kDropGates, "failed", "$3::jsonb");
  strand = kStrand;
  unwritten = statement(kUnwritten);
  retry = ending(kBack, keeping("not_before = now() + $2::bigint * interval '1 millisecond'"),
                 "retrying", "$3::jsonb");
  postpone = ending(kBack,
                    keeping("not_before = now() + $2::bigint * interval '1 millisecond', "
                            "attempts = greatest(attempts - 1, 0), waits = waits + 1"),
                    "released", "$3::jsonb");
  excuse = ending(
      kBack,
      keeping("not_before = now(), attempts = greatest(attempts - 1, 0), faults = faults + 1"),
      "released", "$2::jsonb");
  const auto putting_back = [&](const char* state, const char* error) {
    return ending(kBack, keeping("not_before = now(), attempts = greatest(attempts - 1, 0)"), state,
                  error, kLeaveLockedRows);
  };
  release = putting_back("released", "NULL");
  abandon = putting_back("lost", kUnsure);
  strays = kStrays;

  rescue = statement(kRescue);
  expired = kExpired;
  next_expiry = kNextExpiry;
  clear_charges = kClearCharges;
  revive = statement(kRevive);
  reopen_gate = kReopenGate;
  const auto setting_aside = [&](const char* sql, const char* rows) {
    return statement(
        postgres::fill_in(sql, {{"{noted}", postgres::fill_in(kSetAside, {{"{rows}", rows}})}}));
  };
  set_aside_row = setting_aside(kSetAsideRow,
                                R"(SELECT "id"::text AS job_id FROM {jobs} WHERE ctid = $1::tid)");
  set_aside_run = setting_aside(kSetAsideRun, "SELECT job_id FROM aura.run WHERE id = $1");
  name_of_row =
      statement(R"(SELECT coalesce("jobId"::text, "id"::text) FROM {jobs} WHERE ctid = $1::tid)");
  name_of_run = statement(
      R"(SELECT coalesce(j."jobId"::text, j."id"::text) FROM aura.run r JOIN {jobs} j ON j."id" = r.job_id::{id} WHERE r.id = $1)");
  stranded = statement(kStranded);
  unstrand = statement(kUnstrand);
  delay = kDelay;
  forget = statement(kForget);
  has_work = statement(kHasWork);

  const auto writing = [&](const std::string& row) {
    return statement("UPDATE {jobs} j SET " + row +
                     R"(, "updatedAt" = {now} WHERE j."id" = $1::{id})");
  };
  write_claimed = writing(kClaimed);
  write_progress = writing(R"("progress" = $2::int)");
  write_back = writing(kBack);
  write_anew = writing(std::string(kBack) + R"(, "errorMessage" = NULL, "completedAt" = NULL)");
  write_completed = writing(kCompleted);
  write_failed = writing(postgres::fill_in(kFailed, {{"$4", "$3"}}));
}

NamedStatements Statements::all(bool in_turn) const {
  NamedStatements statements{{"claim", claim_oldest},
                             {"claim a row", claim_row},
                             {"find the oldest", oldest_rows},
                             {"find what runs alone", suspect_row},
                             {"read the job", text},
                             {"report progress", progress},
                             {"extend leases", extend},
                             {"look at runs", held},
                             {"complete", complete},
                             {"fail", fail},
                             {"fail without the row", strand},
                             {"find what was not written", unwritten},
                             {"retry", retry},
                             {"postpone", postpone},
                             {"excuse", excuse},
                             {"release", release},
                             {"abandon", abandon},
                             {"find strays", strays},
                             {"rescue", rescue},
                             {"find what is to be rescued", expired},
                             {"find the next to be rescued", next_expiry},
                             {"take back charges", clear_charges},
                             {"revive", revive},
                             {"reopen a gate", reopen_gate},
                             {"set a row aside", set_aside_row},
                             {"set a run aside", set_aside_run},
                             {"name a row", name_of_row},
                             {"name a run", name_of_run},
                             {"find failures to write", stranded},
                             {"write a failure later", unstrand},
                             {"put off a failure", delay},
                             {"forget", forget},
                             {"look for work", has_work}};
  if (in_turn) {
    statements.insert(statements.end(), {{"claim in turn", claim_in_turn},
                                         {"find whose turn it is", in_turn_rows},
                                         {"note turns", note_turns}});
  }
  return statements;
}

}  // namespace aura::queue
