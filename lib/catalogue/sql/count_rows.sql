-- Returns how many rows the catalogue has, and how many of them have a fingerprint.
SELECT count(*), count(f.catalogue_id) FROM aura.catalogue c
LEFT JOIN aura.catalogue_fingerprint f ON f.catalogue_id = c.id
WHERE c.removed_at IS NULL
