-- Returns at most $3 (int) rows of the catalogue whose song or artist contains $1 (text), the newest
-- first, with ids below $2 (bigint; 0: any).
SELECT {row} FROM aura.catalogue c
WHERE c.removed_at IS NULL AND ($2::bigint = 0 OR c.id < $2::bigint)
  AND ($1::text = '' OR strpos(lower(c.song), lower($1::text)) > 0 OR strpos(lower(c.artist), lower($1::text)) > 0)
ORDER BY c.id DESC LIMIT $3::int
