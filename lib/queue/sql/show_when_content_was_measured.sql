-- Returns the day on which another job had the content of the completed job $1 (text: jobId)
-- measured; no row if no other job had.
SELECT to_char(c.measured_on, 'YYYY-MM-DD') AS measured_on
FROM aura.job_content c JOIN {jobs} j ON j."id"::text = c.job_id
WHERE j."jobId" = $1 AND c.measured_before AND j."status" = 'completed'
  AND {newest_link}
