-- Locks the job $1 (text: jobId). A statement of its own, so that the next statement sees the run
-- of the lock's previous holder.
SELECT FROM {jobs} WHERE "jobId" = $1 FOR UPDATE
