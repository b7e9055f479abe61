-- Returns the row $1 (bigint) of the catalogue.
SELECT {row} FROM aura.catalogue c WHERE c.id = $1::bigint AND c.removed_at IS NULL
