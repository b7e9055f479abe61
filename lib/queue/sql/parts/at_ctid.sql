-- The CTE candidate: the queued job at the ctid $1 (text).
candidate AS MATERIALIZED (
  SELECT "id" FROM {jobs} WHERE ctid = $1::tid AND "status" = 'queued'
)
