-- Returns origin and content of up to $3 (int) rows with ids above $2 (bigint) whose origin is a URL
-- and that have all vectors $1 (json: an array of {kind, version, bytes}).
SELECT c.id, c.origin, encode(c.content_sha256, 'hex') AS content FROM aura.catalogue c
WHERE c.removed_at IS NULL AND c.origin LIKE 'http%' AND c.id > $2::bigint AND NOT {lacks_vector}
ORDER BY c.id LIMIT $3::int
