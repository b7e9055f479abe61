-- Puts the space $3 (text), made from $4 (int) rows, to use for vectors of kind $1 (text) and version
-- $2 (int). Returns its id.
WITH stored AS (
  INSERT INTO aura.space (kind, version, space, rows, current) VALUES ($1::text, $2::int, $3::text, $4::int, true)
  RETURNING id
)
SELECT id, pg_notify('aura_catalogue', '') FROM stored
