-- The CTE held: those of the runs $1 (bigint[]) that are running and whose rows are gone or not
-- locked by others. A locked row must not delay the other runs.
running AS MATERIALIZED (
  SELECT id, job_id FROM aura.run WHERE id = ANY ($1::bigint[]) AND state = 'running' ORDER BY id
  FOR UPDATE SKIP LOCKED
), free AS MATERIALIZED (
  SELECT j."id"::text AS id FROM running r JOIN {jobs} j ON j."id" = r.job_id::{id} FOR NO KEY UPDATE OF j SKIP LOCKED
), held AS MATERIALIZED (
  SELECT r.id, r.job_id FROM running r
  WHERE r.job_id IN (SELECT id FROM free) OR NOT EXISTS (SELECT FROM {jobs} j WHERE j."id" = r.job_id::{id})
)
