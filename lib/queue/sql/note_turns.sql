-- Records the runs $1 (bigint[]) as the last turns of their users.
INSERT INTO aura.turn AS t (user_id, run_id)
SELECT coalesce(j."userId"::text, '{nobody}'), max(r.id) FROM aura.run r JOIN {jobs} j ON j."id" = r.job_id::{id}
WHERE r.id = ANY ($1::bigint[]) GROUP BY 1
ON CONFLICT (user_id) DO UPDATE SET run_id = excluded.run_id
