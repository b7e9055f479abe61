-- Runs that have just ended as cancelled although their rows still read processing. To be asked in
-- the same transaction: what others have written is seen only by a statement that begins after it.
SELECT EXISTS (
  SELECT FROM aura.run r JOIN {jobs} j ON j."id" = r.job_id::{id}
  WHERE r.id = ANY ($1::bigint[]) AND r.state = 'cancelled' AND j."status" = 'processing'
    AND NOT EXISTS (SELECT FROM aura.run n WHERE n.job_id = r.job_id AND n.state = 'running'))
