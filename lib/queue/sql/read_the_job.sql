-- Read once the claim stands: a job whose text is too much for its worker must have cost an attempt
-- by then.
SELECT r.id AS run_id, coalesce(left(j."audioUrl", $2::int), '') AS audio_url, left(j."lyricsText", $3::int) AS lyrics
FROM aura.run r JOIN {jobs} j ON j."id" = r.job_id::{id} WHERE r.id = ANY ($1::bigint[])
