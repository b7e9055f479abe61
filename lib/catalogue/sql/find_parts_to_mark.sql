-- Returns the stored parts $2 (text[]: "part version", without libavcodec's) of the content $1 (bytea),
-- each as it was measured last.
SELECT DISTINCT ON (part) part, measured::text AS measured FROM aura.measurement
WHERE content_key = $1::bytea AND part || ' ' || split_part(version, ' ', 1) = ANY ($2::text[])
ORDER BY part, created_on DESC, version DESC
