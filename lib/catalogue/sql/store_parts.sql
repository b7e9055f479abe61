-- Stores the parts of a content after its job is completed ({stored_parts}), and links the job to
-- the content. $4 (boolean): all parts were stored before.
WITH {stored_parts}
INSERT INTO aura.job_content AS c (job_id, content_key, run_id, measured_on, measured_before)
SELECT job_id, $2::bytea, $1::bigint,
       coalesce((SELECT min(created_on) FROM aura.measurement WHERE content_key = $2::bytea), current_date), $4::boolean
FROM run
ON CONFLICT (job_id) DO UPDATE SET content_key = excluded.content_key, run_id = excluded.run_id,
  measured_on = excluded.measured_on, measured_before = excluded.measured_before
WHERE c.run_id < excluded.run_id
