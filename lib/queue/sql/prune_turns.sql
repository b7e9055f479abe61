-- Deletes at most $1 (bigint) turns whose runs are deleted.
DELETE FROM aura.turn WHERE user_id IN (
  SELECT t.user_id FROM aura.turn t WHERE NOT EXISTS (SELECT FROM aura.run r WHERE r.id = t.run_id) LIMIT $1)
