-- What a claim writes to a job's row.
"status" = 'processing', "progress" = 0, "errorMessage" = NULL, "completedAt" = NULL
