DELETE FROM aura.pictures WHERE job_id IN (
  SELECT job_id FROM aura.pictures WHERE created_at < now() - $1::bigint * interval '1 hour'
  ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
