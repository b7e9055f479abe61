-- Records the runs that this transaction has begun for the worker $1 (text) as the last turns of
-- their users. It finds them by their start, the time of the transaction.
INSERT INTO aura.turn AS t (user_id, run_id)
SELECT coalesce(j."userId"::text, '{nobody}'), max(r.id) FROM aura.run r JOIN {jobs} j ON j."id" = r.job_id::{id}
WHERE r.state = 'running' AND r.worker_id = $1 AND r.started_at = now() GROUP BY 1
ON CONFLICT (user_id) DO UPDATE SET run_id = excluded.run_id
