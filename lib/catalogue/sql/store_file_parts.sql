-- Stores the parts $2 (json: an array of {part, version, measured}) of the content $1 (bytea), which
-- no job had. A stored part that differs was damaged.
INSERT INTO aura.measurement (content_key, part, version, measured)
SELECT $1::bytea, e.value ->> 'part', e.value ->> 'version', e.value -> 'measured'
FROM json_array_elements($2::json) e
ON CONFLICT (content_key, part, version) DO UPDATE SET measured = excluded.measured
WHERE aura.measurement.measured::text <> excluded.measured::text
