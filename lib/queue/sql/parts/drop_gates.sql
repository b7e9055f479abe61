dropped AS (
  DELETE FROM aura.gate g USING held h WHERE g.job_id = h.job_id
)
