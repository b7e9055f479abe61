-- The CTEs kept and dropped: {gate} changes the gates of jobs that were put back. Gates of other
-- ended runs are deleted.
kept AS (
  UPDATE aura.gate g SET {gate} FROM written w WHERE g.job_id = w.id
), dropped AS (
  DELETE FROM aura.gate g USING held h
  WHERE g.job_id = h.job_id AND NOT EXISTS (SELECT FROM written w WHERE w.id = h.job_id)
)
