-- Deletes at most $2 (bigint) runs, oldest first, that ended more than $1 (bigint) hours ago.
DELETE FROM aura.run WHERE id IN (
  SELECT id FROM aura.run WHERE state <> 'running' AND ended_at < now() - $1::bigint * interval '1 hour'
  ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED)
