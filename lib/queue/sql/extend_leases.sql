-- A run whose ending waits for its row is left out: it must not hold up the leases of the rest.
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
