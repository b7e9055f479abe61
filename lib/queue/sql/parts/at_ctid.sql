candidate AS MATERIALIZED (
  SELECT "id" FROM {jobs} WHERE ctid = $1::tid AND "status" = 'queued'
)
