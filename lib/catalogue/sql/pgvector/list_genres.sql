-- Returns each way in which a genre is written in the catalogue.
SELECT DISTINCT genre FROM aura.catalogue WHERE removed_at IS NULL AND genre <> ''
