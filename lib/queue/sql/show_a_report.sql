SELECT "fullReport" FROM {jobs} WHERE "jobId" = $1 AND "status" = 'completed'
