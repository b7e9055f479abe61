-- Returns the row of the catalogue with the content $1 (bytea).
SELECT {row} FROM aura.catalogue c WHERE c.content_sha256 = $1::bytea AND c.removed_at IS NULL
