-- Returns what the database has of pgvector: its version, whether it can iterate a search (0.8.0) and has
-- no known damage to indexes (0.8.3), its schema, and whether aura migrate --with-pgvector was run.
SELECT e.extversion AS version, e.numbers >= ARRAY[0, 8, 0] AS is_usable, e.numbers >= ARRAY[0, 8, 3] AS is_sound,
       quote_ident(n.nspname) AS schema, to_regclass('aura.neighbour_table') IS NOT NULL AS has_tables
FROM (SELECT 1) one
LEFT JOIN (SELECT extversion, extnamespace,
                  string_to_array(substring(extversion from '^[0-9]+(?:\.[0-9]+)*'), '.')::int[] AS numbers
           FROM pg_extension WHERE extname = 'vector') e ON true
LEFT JOIN pg_namespace n ON n.oid = e.extnamespace
