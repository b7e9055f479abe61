SELECT FROM {jobs} WHERE "jobId" = $1 AND "status" IN ('queued', 'processing')
