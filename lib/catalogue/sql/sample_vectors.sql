-- Returns at most $4 (int) vectors of kind $1 (text), version $2 (int) and $3 (int) bytes, in an order
-- that is random and always the same: that of the contents.
SELECT v.vector FROM aura.catalogue c JOIN aura.catalogue_vector v ON v.catalogue_id = c.id
WHERE c.removed_at IS NULL AND v.kind = $1::text AND v.version = $2::int AND octet_length(v.vector) = $3::int
ORDER BY c.content_sha256 LIMIT $4::int
