-- Returns the id of the job $1 (text: jobId).
SELECT "id"::text FROM {jobs} WHERE "jobId" = $1
