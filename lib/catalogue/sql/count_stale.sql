-- Returns how many rows the catalogue has, and how many of them have no vector of kind $1 (text), version
-- $2 (int) and $3 (int) bytes.
SELECT count(*) AS rows, count(*) FILTER (WHERE v.vector IS NULL OR octet_length(v.vector) <> $3::int) AS stale
FROM aura.catalogue c
LEFT JOIN aura.catalogue_vector v ON v.catalogue_id = c.id AND v.kind = $1::text AND v.version = $2::int
WHERE c.removed_at IS NULL
