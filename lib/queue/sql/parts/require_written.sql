-- Refuses if a run that this transaction ended as cancelled has a row that is still processing: then
-- the row refused the update. {refuse} raises that. A statement of its own, which sees what others
-- have written meanwhile. It finds the runs by their end, the time of the transaction.
SELECT {refuse}
FROM aura.run r JOIN {jobs} j ON j."id" = r.job_id::{id}
WHERE r.ended_at = now() AND r.state = 'cancelled' AND j."status" = 'processing'
  AND NOT EXISTS (SELECT FROM aura.run n WHERE n.job_id = r.job_id AND n.state = 'running')
