-- Deletes at most $1 (int) rows that were removed from the catalogue 30 days ago, and spaces out of
-- use that are as old.
WITH spaces AS (
  DELETE FROM aura.space WHERE NOT current AND made_at < now() - interval '30 days'
)
DELETE FROM aura.catalogue WHERE id = ANY (ARRAY(
  SELECT id FROM aura.catalogue WHERE removed_at < now() - interval '30 days'
  ORDER BY removed_at LIMIT $1::int FOR UPDATE SKIP LOCKED))
RETURNING 1
