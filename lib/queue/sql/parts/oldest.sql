-- The CTE candidate: at most $1 (bigint) of the oldest due jobs, locked, with the column {what}.
candidate AS MATERIALIZED (
  SELECT {what}
  FROM {jobs} j
  WHERE j."status" = 'queued' AND {is_due} AND NOT EXISTS (SELECT FROM suspect)
  ORDER BY j."createdAt", j."id"
  LIMIT $1
  FOR UPDATE OF j SKIP LOCKED
)
