-- Returns the fullReport of the completed job $1 (text: jobId).
SELECT "fullReport" FROM {jobs} WHERE "jobId" = $1 AND "status" = 'completed'
