-- Ends runs that are still running as {state}, with the error {error}. Locks the run first, then
-- the job. If the row is gone or no longer processing, does not write it and ends the run as
-- cancelled. Returns state and id of each run. {held} defines the CTE held (the runs), {row} what
-- is written to the job's row, {gates} the CTEs that change its gate.
WITH {held}, written AS (
  UPDATE {jobs} j SET {row}, {touched}
  FROM held h WHERE j."id" = h.job_id::{id} AND j."status" = 'processing'
  RETURNING j."id"::text AS id
), {gates}
UPDATE aura.run r
SET state = CASE WHEN EXISTS (SELECT FROM written w WHERE w.id = h.job_id) THEN '{state}' ELSE 'cancelled' END,
    ended_at = now(), error = {error}
FROM held h WHERE r.id = h.id
RETURNING r.state, r.id
