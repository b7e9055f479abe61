-- Locked by a statement of its own: the next one sees the run of whoever had the row before.
SELECT FROM {jobs} WHERE "jobId" = $1 FOR UPDATE
