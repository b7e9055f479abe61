-- Returns the id of the operator's space in use for vectors of kind $1 (text) and version $2 (int).
SELECT id FROM aura.space WHERE kind = $1::text AND version = $2::int AND current
