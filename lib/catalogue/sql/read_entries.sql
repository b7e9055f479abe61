-- Returns those of the rows $3 (bigint[]) that are in the catalogue, with their vectors of kind $1 (text)
-- and version $2 (int), NULL where there is none.
SELECT c.id, c.genre, c.tempo_bpm, v.vector FROM aura.catalogue c
LEFT JOIN LATERAL (SELECT vector FROM aura.catalogue_vector
                   WHERE catalogue_id = c.id AND kind = $1::text AND version = $2::int LIMIT 1) v ON true
WHERE c.removed_at IS NULL AND c.id = ANY ($3::bigint[])
ORDER BY c.id
