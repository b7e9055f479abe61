SELECT "id"::text, "jobId" FROM {jobs}
WHERE "status" = 'failed' AND "errorMessage" IS DISTINCT FROM 'cancelled' FOR UPDATE
