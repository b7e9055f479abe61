-- Returns the URL, at most $2 (int) characters, and the lyrics, at most $3 (int) characters, of the
-- jobs of the runs $1 (bigint[]).
-- Sent after the claim is committed: if the text kills the worker, the job has already lost an
-- attempt.
SELECT r.id AS run_id, coalesce(left(j."audioUrl", $2::int), '') AS audio_url, left(j."lyricsText", $3::int) AS lyrics
FROM aura.run r JOIN {jobs} j ON j."id" = r.job_id::{id} WHERE r.id = ANY ($1::bigint[])
