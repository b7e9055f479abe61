-- Extends the leases of the runs $1 (bigint[]) to $2 (bigint) ms from now, if they are running and
-- their jobs are processing. Returns the extended runs, ascending.
-- Skips a run whose ending waits for its row: it must not delay the leases of the others.
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
