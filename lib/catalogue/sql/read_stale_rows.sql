-- Returns the $5 (int) rows of the catalogue with ids above $4 (bigint) that have no vector of kind
-- $1 (text), version $2 (int) and $3 (int) bytes.
SELECT {row} FROM aura.catalogue c
WHERE c.removed_at IS NULL AND c.id > $4::bigint
  AND NOT EXISTS (SELECT FROM aura.catalogue_vector v WHERE v.catalogue_id = c.id AND v.kind = $1::text
                  AND v.version = $2::int AND octet_length(v.vector) = $3::int)
ORDER BY c.id LIMIT $5::int
