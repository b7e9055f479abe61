-- Returns how many vectors of kind $1 (text), version $2 (int) and $3 (int) bytes aura.{table} lacks, and how many
-- rows of it have none.
SELECT count(*) FILTER (WHERE n.catalogue_id IS NULL), count(*) FILTER (WHERE v.catalogue_id IS NULL)
FROM (SELECT catalogue_id FROM aura.catalogue_vector
      WHERE kind = $1::text AND version = $2::int AND octet_length(vector) = $3::int) v
FULL JOIN aura.{table} n ON n.catalogue_id = v.catalogue_id
