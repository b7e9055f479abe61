-- Finds the table $2 (text, without quotes) in schema $1 (text); if $1 is NULL, on the search path
-- and then in public. Returns at most one row. Its field "missing" names the columns of $3 that the
-- table lacks, "lists" the columns of $4 that are arrays. $3 and $4 (text) are names with commas.
SELECT n.nspname, c.relname, format('%I.%I', n.nspname, c.relname) AS quoted, c.relkind = 'p' AS is_partitioned,
       (SELECT string_agg(wanted, ', ') FROM unnest(string_to_array($3, ',')) AS wanted
        WHERE NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid
                          AND a.attname = wanted AND NOT a.attisdropped)) AS missing,
       (SELECT string_agg(format('%I is %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        WHERE a.attrelid = c.oid AND t.typcategory = 'A' AND a.attname = ANY (string_to_array($4, ','))) AS lists
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relname = $2
  AND CASE WHEN $1::text IS NULL THEN pg_table_is_visible(c.oid) OR n.nspname = 'public' ELSE n.nspname = $1 END
ORDER BY pg_table_is_visible(c.oid) DESC LIMIT 1
