-- Puts the operator's space for vectors of kind $1 (text) and version $2 (int) out of use.
WITH retired AS (
  UPDATE aura.space SET current = false WHERE kind = $1::text AND version = $2::int AND current RETURNING id
)
SELECT pg_notify('aura_catalogue', '') FROM retired
