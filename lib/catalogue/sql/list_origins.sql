-- Returns origin and content of up to $4 (int) rows with ids above $3 (bigint) whose origin is a URL
-- and that have a vector of the kind $1 (text) and version $2 (int).
SELECT c.id, c.origin, encode(c.content_sha256, 'hex') AS content
FROM aura.catalogue c
JOIN aura.catalogue_vector v ON v.catalogue_id = c.id AND v.kind = $1::text AND v.version = $2::int
WHERE c.removed_at IS NULL AND c.origin LIKE 'http%' AND c.id > $3::bigint
ORDER BY c.id LIMIT $4::int
