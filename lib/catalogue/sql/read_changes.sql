-- Returns the $3 (int) rows of the catalogue that changed next after the moment $1 (bigint: microseconds)
-- and the id $2 (bigint), removed rows too.
SELECT id, (extract(epoch FROM changed_at) * 1000000)::bigint AS changed_us FROM aura.catalogue
WHERE (changed_at, id) > (timestamptz 'epoch' + $1::bigint * interval '1 microsecond', $2::bigint)
ORDER BY changed_at, id LIMIT $3::int
