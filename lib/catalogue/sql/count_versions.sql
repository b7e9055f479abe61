-- Returns how many vectors of each kind and version the catalogue has.
SELECT v.kind, v.version, count(*) AS rows FROM aura.catalogue_vector v
JOIN aura.catalogue c ON c.id = v.catalogue_id AND c.removed_at IS NULL
GROUP BY v.kind, v.version ORDER BY v.kind, v.version
