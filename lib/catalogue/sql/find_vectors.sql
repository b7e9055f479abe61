-- Returns the vectors $2 (json: an array of {kind, version, bytes}) of the row with the content $1 (bytea), each with
-- the row's fingerprint.
SELECT v.kind, v.version, v.vector, f.fingerprint
FROM aura.catalogue c
JOIN aura.catalogue_vector v ON v.catalogue_id = c.id
JOIN json_to_recordset($2::json) AS w(kind text, version int, bytes int)
  ON w.kind = v.kind AND w.version = v.version AND w.bytes = octet_length(v.vector)
LEFT JOIN aura.catalogue_fingerprint f ON f.catalogue_id = c.id
WHERE c.content_sha256 = $1::bytea AND c.removed_at IS NULL
