-- Stores the parts of the content of a reference track after its job is completed ({stored_parts}),
-- and links the job to the content.
WITH {stored_parts}
INSERT INTO aura.job_reference AS c (job_id, content_key, run_id)
SELECT job_id, $2::bytea, $1::bigint FROM run
ON CONFLICT (job_id) DO UPDATE SET content_key = excluded.content_key, run_id = excluded.run_id
WHERE c.run_id < excluded.run_id
