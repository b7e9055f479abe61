-- Returns the $3 (int) rows of the catalogue with ids above $2 (bigint) that lack one of the vectors $1 (json: an array
-- of {kind, version, bytes}).
SELECT {row} FROM aura.catalogue c
WHERE c.removed_at IS NULL AND c.id > $2::bigint AND {lacks_vector}
ORDER BY c.id LIMIT $3::int
