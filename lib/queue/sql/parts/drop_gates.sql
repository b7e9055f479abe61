-- The CTE dropped deletes the gates of the ended runs: their jobs have ended.
dropped AS (
  DELETE FROM aura.gate g USING held h WHERE g.job_id = h.job_id
)
