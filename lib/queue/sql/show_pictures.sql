-- Returns the pictures of the completed job $1 (text: jobId), in JSON.
SELECT p.pictures FROM aura.pictures p JOIN {jobs} j ON j."id"::text = p.job_id
WHERE j."jobId" = $1 AND j."status" = 'completed'
