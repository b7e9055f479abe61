-- Returns the last 100 runs of the job $1 (text: jobId), newest first.
SELECT r.attempt, r.worker_id, r.state, to_char(r.started_at AT TIME ZONE 'UTC', {iso}) AS started,
       to_char(r.ended_at AT TIME ZONE 'UTC', {iso}) AS ended,
       extract(epoch FROM coalesce(r.ended_at, now()) - r.started_at)::float8 AS seconds,
       r.error->>'code' AS code, r.error->>'message' AS message
FROM aura.run r JOIN {jobs} j ON j."id"::text = r.job_id
WHERE j."jobId" = $1 ORDER BY r.id DESC LIMIT 100
