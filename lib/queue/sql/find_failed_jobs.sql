-- Locks the jobs that failed and were not cancelled. Returns "id" and jobId.
SELECT "id"::text, "jobId" FROM {jobs}
WHERE "status" = 'failed' AND "errorMessage" IS DISTINCT FROM 'cancelled' FOR UPDATE
