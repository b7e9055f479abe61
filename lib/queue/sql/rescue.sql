-- Ends runs whose leases have ended: the run $4 (bigint), or if $4 is NULL the first {batch}. Their
-- jobs become queued, or failed if they have more than $1 (int) attempts or at least $2 (int)
-- crashes. A queued job is due after a random time of at most $3 (bigint) ms. If $5 (bool), counts
-- neither a crash nor an attempt: nobody could reach the database when the lease ended. Returns the
-- runs. failed is NULL and the state cancelled if the row was not written.
-- Locks the run before the job, as the endings do, and skips what others have locked. A row that
-- was deleted, edited or cancelled stays as it is and counts no crash: a row set back to queued by
-- hand is a new start.
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
      {touched}
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
