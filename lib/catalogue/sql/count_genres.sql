-- Returns how many rows of the catalogue have each genre: the 100 most frequent.
SELECT coalesce(genre, '') AS genre, count(*) AS rows FROM aura.catalogue WHERE removed_at IS NULL
GROUP BY 1 ORDER BY rows DESC, genre LIMIT 100
