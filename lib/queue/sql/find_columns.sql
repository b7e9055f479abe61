-- Returns the columns of the table $1 (text, quoted): type, whether it may be NULL, and how many
-- characters it holds (0: any number).
SELECT a.attname, format('%I.%I', n.nspname, t.typname) AS type, NOT a.attnotnull AS may_be_null,
       CASE WHEN t.typname IN ('varchar', 'bpchar') AND a.atttypmod > 4 THEN a.atttypmod - 4 ELSE 0 END AS width
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
