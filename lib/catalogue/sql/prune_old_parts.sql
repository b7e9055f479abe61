-- Deletes at most $3 (int) parts that no job has used for $1 (int) days; pictures, for $2 (int)
-- days.
DELETE FROM aura.measurement WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM aura.measurement
  WHERE used_on < current_date - least($1::int, $2::int)
    AND used_on < current_date - CASE part WHEN 'pictures' THEN $2::int ELSE $1::int END
  ORDER BY used_on LIMIT $3::int FOR UPDATE SKIP LOCKED))
RETURNING 1
