-- Deletes at most $2 (bigint) jobs' pictures, oldest first, that are older than $1 (bigint) hours.
DELETE FROM aura.pictures WHERE job_id IN (
  SELECT job_id FROM aura.pictures WHERE created_at < now() - $1::bigint * interval '1 hour'
  ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
