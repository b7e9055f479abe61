-- Ends the run $1 (bigint) as failed, with the error $2 (jsonb), although its row refuses the
-- failure. Returns the state; no row if the run is not running. The caller sets the job aside until
-- the row accepts the failure.
WITH held AS MATERIALIZED (
  SELECT id, job_id FROM aura.run WHERE id = $1 AND state = 'running' FOR UPDATE
), dropped AS (
  DELETE FROM aura.gate g USING held h WHERE g.job_id = h.job_id
)
UPDATE aura.run r SET state = 'failed', ended_at = now(), error = $2::jsonb FROM held h WHERE r.id = h.id
RETURNING r.state
