-- Deletes the rows of aura.{table} without a vector of kind $1 (text) and version $2 (int).
DELETE FROM aura.{table} n WHERE NOT EXISTS (
  SELECT FROM aura.catalogue_vector v WHERE v.catalogue_id = n.catalogue_id AND v.kind = $1::text AND v.version = $2::int)
