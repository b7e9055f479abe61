-- As a failure, but that the row can't say so yet: the job is set aside until it can.
WITH held AS MATERIALIZED (
  SELECT id, job_id FROM aura.run WHERE id = $1 AND state = 'running' FOR UPDATE
), dropped AS (
  DELETE FROM aura.gate g USING held h WHERE g.job_id = h.job_id
)
UPDATE aura.run r SET state = 'failed', ended_at = now(), error = $2::jsonb FROM held h WHERE r.id = h.id
RETURNING r.state
