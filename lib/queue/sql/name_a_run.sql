SELECT coalesce(j."jobId"::text, j."id"::text)
FROM aura.run r JOIN {jobs} j ON j."id" = r.job_id::{id} WHERE r.id = $1
