-- Removes the row $1 (bigint) from the catalogue. Returns its id if it was there.
WITH removed AS (
  UPDATE aura.catalogue SET removed_at = clock_timestamp(), changed_at = clock_timestamp()
  WHERE id = $1::bigint AND removed_at IS NULL RETURNING id
), vectors AS (
  DELETE FROM aura.catalogue_vector WHERE catalogue_id IN (SELECT id FROM removed)
), fingerprints AS (
  DELETE FROM aura.catalogue_fingerprint WHERE catalogue_id IN (SELECT id FROM removed)
), entries AS (
  DELETE FROM aura.popularity WHERE catalogue_id IN (SELECT id FROM removed)
)
SELECT id, pg_notify('aura_catalogue', '') FROM removed
