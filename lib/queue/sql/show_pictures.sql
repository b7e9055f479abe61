-- Returns the pictures of the completed job $1 (text: jobId), in JSON: those of the job, or else those
-- of its content, unless a worker of an older release has completed the job since.
SELECT coalesce(p.pictures, (
         SELECT m.measured::text FROM aura.job_content c JOIN aura.measurement m USING (content_key)
         WHERE c.job_id = j."id"::text AND m.part = 'pictures'
           AND {newest_link}
         ORDER BY m.used_on DESC, m.created_on DESC LIMIT 1)) AS pictures
FROM {jobs} j LEFT JOIN aura.pictures p ON p.job_id = j."id"::text
WHERE j."jobId" = $1 AND j."status" = 'completed'
