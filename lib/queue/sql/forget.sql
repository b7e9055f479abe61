-- Deletes the gates and set-aside records of jobs whose rows were deleted or ended by hand while
-- they waited.
WITH ended AS (
  DELETE FROM aura.set_aside s
  WHERE NOT EXISTS (SELECT FROM {jobs} j WHERE j."id" = s.job_id::{id} AND j."status" IN ('queued', 'processing'))
)
DELETE FROM aura.gate WHERE job_id IN (
  SELECT g.job_id FROM aura.gate g
  WHERE NOT EXISTS (SELECT FROM aura.run r WHERE r.job_id = g.job_id AND r.state = 'running')
    AND NOT EXISTS (SELECT FROM {jobs} j WHERE j."id" = g.job_id::{id} AND j."status" IN ('queued', 'processing'))
  FOR UPDATE OF g SKIP LOCKED)
