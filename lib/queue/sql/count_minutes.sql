-- Returns the last 60 minutes, oldest first: the start (ISO 8601, UTC), and how many runs completed
-- and failed for good. Reads the index on ended_at. A job that has lost too many workers counts as
-- failed.
SELECT to_char(m.start AT TIME ZONE 'UTC', {iso}) AS start, coalesce(r.completed, 0) AS completed,
       coalesce(r.failed, 0) AS failed
FROM generate_series(date_trunc('minute', now()) - interval '59 minutes', date_trunc('minute', now()),
                     interval '1 minute') AS m (start)
LEFT JOIN (
  SELECT date_trunc('minute', ended_at) AS start, count(*) FILTER (WHERE state = 'completed') AS completed,
         count(*) FILTER (WHERE state = 'failed' OR state = 'lost' AND error->>'retryable' = 'false') AS failed
  FROM aura.run
  WHERE state <> 'running' AND ended_at >= date_trunc('minute', now()) - interval '59 minutes' GROUP BY 1
) r ON r.start = m.start ORDER BY m.start
