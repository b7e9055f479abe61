-- A worker that comes back was not lost: the crash that its run was charged goes back, once.
WITH charged AS MATERIALIZED (
  SELECT id, job_id, charged_crashes FROM aura.run
  WHERE id = ANY ($1::bigint[]) AND charged_crashes IS NOT NULL ORDER BY id FOR UPDATE
), cleared AS (
  UPDATE aura.run r SET charged_crashes = NULL FROM charged c WHERE r.id = c.id
), eased AS (
  -- No more than the job has: it may have started anew since.
  UPDATE aura.gate g SET crashes = greatest(g.crashes - c.runs, 0)
  FROM (SELECT job_id, count(*)::int AS runs FROM charged GROUP BY job_id) c WHERE g.job_id = c.job_id
)
SELECT id, charged_crashes FROM charged ORDER BY id
