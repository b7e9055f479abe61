-- What is written to a job's row: when it is claimed, put back, completed and failed.
"status" = 'processing', "progress" = 0, "errorMessage" = NULL, "completedAt" = NULL
