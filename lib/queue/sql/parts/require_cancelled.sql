-- Refuses if the job $1 (text: jobId) is still queued or processing: then its row refused the
-- update of cancel.sql. {refuse} raises that.
SELECT {refuse} FROM {jobs} WHERE "jobId" = $1 AND "status" IN ('queued', 'processing')
