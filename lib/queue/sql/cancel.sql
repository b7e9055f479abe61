-- Ends the job $1 (text: jobId) as failed, with the message "cancelled", and its run as cancelled.
-- Returns the job's "id"; no row if the job is neither queued nor processing.
-- Locks the run first and the job after it, as the endings do. A run that begins meanwhile finds
-- its row no longer processing.
WITH chosen AS MATERIALIZED (
  SELECT "id" FROM {jobs} WHERE "jobId" = $1 AND "status" IN ('queued', 'processing')
), ended AS (
  UPDATE aura.run r SET state = 'cancelled', ended_at = now()
  FROM chosen c WHERE r.job_id = c."id"::text AND r.state = 'running'
  RETURNING r.id
), dropped AS (
  DELETE FROM aura.gate g USING chosen c WHERE g.job_id = c."id"::text
)
UPDATE {jobs} j SET "status" = 'failed', "errorMessage" = 'cancelled', {touched}
FROM chosen c
WHERE j."id" = c."id" AND j."status" IN ('queued', 'processing') AND (SELECT count(*) FROM ended) >= 0
RETURNING j."id"
