-- Queues the job of the run $1 (bigint) again, if it failed because of a wrongly counted crash and
-- has attempts left: $2 (int) after the first. Returns its "id" and the attempt; no row otherwise.
UPDATE {jobs} j SET "status" = 'queued', "progress" = 0, "errorMessage" = NULL, {touched}
FROM aura.run r
WHERE r.id = $1 AND r.state = 'lost' AND r.error->>'retryable' = 'false' AND r.attempt <= $2
  AND NOT EXISTS (SELECT FROM aura.run later WHERE later.job_id = r.job_id AND later.id > r.id)
  AND j."id" = r.job_id::{id} AND j."status" = 'failed'
  -- Nobody has written the row since the rescue.
  AND (j."updatedAt"{updated_utc})::timestamp(3) = (r.ended_at AT TIME ZONE 'UTC')::timestamp(3)
RETURNING r.job_id, r.attempt
