-- Returns when the queued job $1 (text: jobId) is due again (ISO 8601, UTC); no row if it is due
-- now.
SELECT to_char(g.not_before AT TIME ZONE 'UTC', {iso})
FROM aura.gate g JOIN {jobs} j ON j."id"::text = g.job_id
WHERE j."jobId" = $1 AND j."status" = 'queued' AND g.not_before > now()
