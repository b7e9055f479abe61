-- Returns the status, title, artist and genre of the job $1 (text: jobId), and which content it had
-- if that is known.
SELECT j."status"::text AS status, j."trackTitle" AS title, j."artistName" AS artist, to_jsonb(j) ->> 'genre' AS genre,
       encode(c.content_key, 'hex') AS content
FROM {jobs} j LEFT JOIN aura.job_content c ON c.job_id = j."id"::text AND NOT EXISTS (
  SELECT FROM aura.run r WHERE r.job_id = c.job_id AND r.id > c.run_id AND r.state = 'completed')
WHERE j."jobId" = $1
