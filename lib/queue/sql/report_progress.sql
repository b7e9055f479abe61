-- Writes the percents $2 (int[]) to the rows of the runs $1 (bigint[]). Returns the runs that are
-- still running and whose jobs are processing, ascending.
-- Locks the runs, so that it sees their present state and not their state at the start of the
-- statement. Skips rows that others have locked.
WITH held AS MATERIALIZED (
  SELECT r.id, r.job_id, p.percent
  FROM unnest($1::bigint[], $2::int[]) AS p (run_id, percent)
  JOIN aura.run r ON r.id = p.run_id AND r.state = 'running'
  ORDER BY r.id FOR KEY SHARE OF r
), free AS MATERIALIZED (
  SELECT j."id", h.percent FROM held h JOIN {jobs} j ON j."id" = h.job_id::{id}
  WHERE j."status" = 'processing' FOR NO KEY UPDATE OF j SKIP LOCKED
), written AS (
  UPDATE {jobs} j SET "progress" = f.percent, {touched} FROM free f WHERE j."id" = f."id"
)
SELECT h.id FROM held h JOIN {jobs} j ON j."id" = h.job_id::{id} AND j."status" = 'processing' ORDER BY h.id
