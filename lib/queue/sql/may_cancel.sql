-- Returns a row if the job $1 (text: jobId) is queued or processing.
SELECT FROM {jobs} WHERE "jobId" = $1 AND "status" IN ('queued', 'processing')
