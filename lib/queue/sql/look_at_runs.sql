-- Returns which of the runs $1 (bigint[]) are running and whose jobs are processing, ascending.
SELECT r.id FROM aura.run r JOIN {jobs} j ON j."id" = r.job_id::{id} AND j."status" = 'processing'
WHERE r.id = ANY ($1::bigint[]) AND r.state = 'running' ORDER BY r.id
