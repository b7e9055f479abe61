-- Queues the jobs that meet {condition} again, as new starts. Returns the jobId of each job, and
-- whether its row was written.
WITH chosen AS MATERIALIZED (
  SELECT "id", "jobId" FROM {jobs} WHERE {condition} FOR UPDATE
), dropped AS (
  DELETE FROM aura.gate g USING chosen c WHERE g.job_id = c."id"::text
), written AS (
  UPDATE {jobs} j SET "status" = 'queued', "progress" = 0, "errorMessage" = NULL, "updatedAt" = {now}
  FROM chosen c WHERE j."id" = c."id"
  RETURNING j."id"
)
SELECT c."jobId" AS job_id, EXISTS (SELECT FROM written w WHERE w."id" = c."id") AS written FROM chosen c
