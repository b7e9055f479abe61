-- Returns the $4 (int) rows of the catalogue with ids above $3 (bigint), with their vectors of kind $1
-- (text) and version $2 (int), NULL where there is none. The limits leave the planner no choice: it
-- can't read all vectors for each page.
SELECT c.id, c.genre, c.tempo_bpm, v.vector, (extract(epoch FROM c.changed_at) * 1000000)::bigint AS changed_us
FROM (SELECT id, genre, tempo_bpm, changed_at FROM aura.catalogue WHERE removed_at IS NULL AND id > $3::bigint
      ORDER BY id LIMIT $4::int) c
LEFT JOIN LATERAL (SELECT vector FROM aura.catalogue_vector
                   WHERE catalogue_id = c.id AND kind = $1::text AND version = $2::int LIMIT 1) v ON true
ORDER BY c.id
