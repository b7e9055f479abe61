-- Adds those of the $4 (int) next vectors of kind $1 (text) and version $2 (int) after the row $3 (bigint) that
-- aura.{table} lacks. Returns how many it looked at, the last row, and how many it added. A vector that is deleted
-- meanwhile waits, so that the trigger finds its row.
WITH page AS MATERIALIZED (
  SELECT catalogue_id, vector FROM aura.catalogue_vector
  WHERE kind = $1::text AND version = $2::int AND catalogue_id > $3::bigint
  ORDER BY catalogue_id LIMIT $4::int FOR KEY SHARE
), added AS (
  INSERT INTO aura.{table} (catalogue_id, vector)
  SELECT p.catalogue_id, aura.place_vector(p.vector, t.mean, t.deviation) FROM page p, aura.neighbour_table t
  WHERE t.name = '{table}' AND octet_length(p.vector) = 4 * cardinality(t.mean)
    AND NOT EXISTS (SELECT FROM aura.{table} n WHERE n.catalogue_id = p.catalogue_id)
  ON CONFLICT (catalogue_id) DO NOTHING RETURNING 1
)
SELECT count(*), coalesce(max(catalogue_id), 0), (SELECT count(*) FROM added) FROM page
