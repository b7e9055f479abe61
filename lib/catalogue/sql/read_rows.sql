-- Returns the $2 (int) rows of the catalogue with ids above $1 (bigint).
SELECT {row} FROM aura.catalogue c WHERE c.removed_at IS NULL AND c.id > $1::bigint ORDER BY c.id LIMIT $2::int
