-- Returns the jobId of the run $1 (bigint), or the row's "id" if it has no jobId.
SELECT coalesce(j."jobId"::text, j."id"::text)
FROM aura.run r JOIN {jobs} j ON j."id" = r.job_id::{id} WHERE r.id = $1
