-- Returns those of the rows $3 (bigint[]) that are in the catalogue and have a vector of kind $1 (text)
-- and version $2 (int).
SELECT c.id, encode(c.content_sha256, 'hex') AS content, c.song, c.artist, c.year, c.genre, c.isrc, c.spotify_url,
       c.image_url, c.tempo_bpm, c.key, c.loudness_lufs, v.vector
FROM aura.catalogue c JOIN aura.catalogue_vector v ON v.catalogue_id = c.id
WHERE c.removed_at IS NULL AND c.id = ANY ($3::bigint[]) AND v.kind = $1::text AND v.version = $2::int
