-- Returns whether any of the runs $1 (bigint[]), which have just ended as cancelled, has a row that
-- is still processing: then the row refused the update. Ask in the transaction that ended the runs,
-- but in a statement of its own, which sees what others have written meanwhile.
SELECT EXISTS (
  SELECT FROM aura.run r JOIN {jobs} j ON j."id" = r.job_id::{id}
  WHERE r.id = ANY ($1::bigint[]) AND r.state = 'cancelled' AND j."status" = 'processing'
    AND NOT EXISTS (SELECT FROM aura.run n WHERE n.job_id = r.job_id AND n.state = 'running'))
