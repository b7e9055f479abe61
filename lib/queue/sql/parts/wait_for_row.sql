-- The CTE held: those of the runs $1 (bigint[]) that are running, locked.
held AS MATERIALIZED (
  SELECT id, job_id FROM aura.run WHERE id = ANY ($1::bigint[]) AND state = 'running' ORDER BY id FOR UPDATE
)
