-- Returns the vector of the kind $2 (text) and version $3 (int), and the fingerprint, of the row with
-- the content $1 (bytea); no row if it has no such vector.
SELECT v.vector, f.fingerprint
FROM aura.catalogue c
JOIN aura.catalogue_vector v ON v.catalogue_id = c.id AND v.kind = $2::text AND v.version = $3::int
LEFT JOIN aura.catalogue_fingerprint f ON f.catalogue_id = c.id
WHERE c.content_sha256 = $1::bytea AND c.removed_at IS NULL
