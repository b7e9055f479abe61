-- Writes the failure of the last run of the job $1 (text: "id") to the row that refused it before,
-- and deletes the set-aside record. Returns whether the update had no effect; no row if there was
-- nothing to write.
WITH last AS MATERIALIZED (
  SELECT r.job_id, r.state, r.error->>'message' AS message FROM aura.run r WHERE r.job_id = $1 ORDER BY r.id DESC LIMIT 1
), written AS (
  UPDATE {jobs} j SET "status" = 'failed', "errorMessage" = left(l.message, {error_width}), {touched}
  FROM last l WHERE l.state = 'failed' AND j."id" = l.job_id::{id} AND j."status" = 'processing'
  RETURNING j."id"
), done AS (
  DELETE FROM aura.set_aside WHERE job_id = $1
)
SELECT NOT EXISTS (SELECT FROM written) AS unwritten
FROM last l JOIN {jobs} j ON j."id" = l.job_id::{id} WHERE l.state = 'failed' AND j."status" = 'processing'
