-- What is written to a job's row when it is put back.
"status" = 'queued', "progress" = 0
