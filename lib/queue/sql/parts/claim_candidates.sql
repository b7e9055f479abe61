-- Claims or reserves jobs; statements.h lists parameters and results. {candidate} defines the CTEs
-- suspect and candidate, {claimed} what is written to the rows. {unwritten} and {nameless} raise that
-- an update had no effect, and that a row has no jobId.
-- All conditions are inside the LIMIT of the CTE candidate, which is materialized so that it runs
-- once. If a queued job has a running run, somebody set its row back by hand: a new start.
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
  -- The count makes the superseded runs end before the new runs begin.
  WHERE (SELECT count(*) FROM superseded) >= 0
  RETURNING id, job_id, attempt
), written AS (
  UPDATE {jobs} j
  SET {claimed}, {touched}
  FROM started s WHERE j."id" = s.job_id::{id}
  RETURNING j."id"::text AS id, j."jobId" AS job_id, j."createdAt"::text AS created
)
SELECT s.id AS run_id, s.attempt, g.crashes, g.waits, g.faults, w.id, w.job_id, w.created,
       CASE WHEN w.id IS NULL THEN {unwritten} WHEN w.job_id IS NULL THEN {nameless} END AS refused
FROM started s JOIN gated g ON g.job_id = s.job_id LEFT JOIN written w ON w.id = s.job_id
UNION ALL SELECT NULL, 0, 0, 0, 0, job_id, NULL, NULL, NULL FROM reserved
