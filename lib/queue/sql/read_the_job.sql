-- Returns the text of the jobs of the runs $1 (bigint[]): title and artist, at most 1,000 characters,
-- the URLs, at most $2 (int) characters, the lyrics, at most $3 (int) characters, and the user.
-- {reference} is the column with the URL of a track to compare with, or NULL.
-- Sent after the claim is committed: if the text kills the worker, the job has already lost an
-- attempt.
SELECT r.id AS run_id, coalesce(left(j."trackTitle", 1000), '') AS title,
       coalesce(left(j."artistName", 1000), '') AS artist, coalesce(left(j."audioUrl", $2::int), '') AS audio_url,
       left({reference}, $2::int) AS reference_url, left(j."lyricsText", $3::int) AS lyrics, j."userId"::text AS user_id
FROM aura.run r JOIN {jobs} j ON j."id" = r.job_id::{id} WHERE r.id = ANY ($1::bigint[])
