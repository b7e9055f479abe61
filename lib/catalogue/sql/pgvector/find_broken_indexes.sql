-- Returns the HNSW indexes of the table $1 (text: its name in schema aura) that can't be used: their building was cut
-- off.
SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
WHERE i.indrelid = to_regclass('aura.' || quote_ident($1::text)) AND m.amname = 'hnsw' AND NOT i.indisvalid
