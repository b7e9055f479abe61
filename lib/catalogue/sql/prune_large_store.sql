-- Deletes at most $2 (int) parts, those used longest ago, while all take more than $1 (bigint)
-- bytes.
WITH sized AS (
  SELECT ctid AS place, used_on, content_key, {row_bytes} AS bytes FROM aura.measurement
), oldest AS (
  SELECT place, sum(bytes) OVER (ORDER BY used_on, content_key, place) - bytes AS bytes_before FROM sized
), excess AS (
  SELECT place FROM oldest WHERE bytes_before < (SELECT sum(bytes) FROM sized) - $1::bigint
  ORDER BY bytes_before LIMIT $2::int
)
DELETE FROM aura.measurement WHERE ctid = ANY (ARRAY(SELECT place FROM excess)) RETURNING 1
