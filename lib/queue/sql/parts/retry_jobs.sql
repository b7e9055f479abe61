-- Queues the jobs that meet {condition} again, as new starts. Returns the jobId of each job.
-- {unwritten} raises that an update had no effect.
WITH chosen AS MATERIALIZED (
  SELECT "id", "jobId" FROM {jobs} WHERE {condition} FOR UPDATE
), dropped AS (
  DELETE FROM aura.gate g USING chosen c WHERE g.job_id = c."id"::text
), written AS (
  UPDATE {jobs} j SET "status" = 'queued', "progress" = 0, "errorMessage" = NULL, {touched}
  FROM chosen c WHERE j."id" = c."id"
  RETURNING j."id"
)
SELECT c."jobId" AS job_id,
       CASE WHEN NOT EXISTS (SELECT FROM written w WHERE w."id" = c."id") THEN {unwritten} END AS refused FROM chosen c
