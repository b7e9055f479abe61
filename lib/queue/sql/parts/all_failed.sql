-- The condition {condition} for the jobs that failed and were not cancelled.
  "status" = 'failed' AND "errorMessage" IS DISTINCT FROM 'cancelled'
