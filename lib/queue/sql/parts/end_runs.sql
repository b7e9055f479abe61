-- Ends runs that are still running: the run is locked first, then the job. Where the
-- row is gone or no longer processing, nothing is written to it and the run ends as cancelled.
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
