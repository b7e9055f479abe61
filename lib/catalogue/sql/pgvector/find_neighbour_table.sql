-- Returns the table $1 (text: its name in schema aura) with placed vectors, if it is filled: its number, its space,
-- whether it still has vectors (they go with the extension) and an index that can be used.
SELECT t.id, t.name, t.space, t.filled,
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = to_regclass('aura.' || quote_ident(t.name))
               AND a.attname = 'vector' AND NOT a.attisdropped) AS has_vectors,
       EXISTS (SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
               WHERE i.indrelid = to_regclass('aura.' || quote_ident(t.name)) AND m.amname = 'hnsw' AND i.indisvalid)
         AS has_index
FROM aura.neighbour_table t WHERE t.name = $1::text
