-- Takes back, once, the crashes that rescues counted for the runs $1 (bigint[]): their worker has
-- returned, so it was not lost. Returns these runs, and how many crashes their jobs had after the
-- rescue.
WITH charged AS MATERIALIZED (
  SELECT id, job_id, charged_crashes FROM aura.run
  WHERE id = ANY ($1::bigint[]) AND charged_crashes IS NOT NULL ORDER BY id FOR UPDATE
), cleared AS (
  UPDATE aura.run r SET charged_crashes = NULL FROM charged c WHERE r.id = c.id
), eased AS (
  -- At most the crashes that the job has: it may be a new start.
  UPDATE aura.gate g SET crashes = greatest(g.crashes - c.runs, 0)
  FROM (SELECT job_id, count(*)::int AS runs FROM charged GROUP BY job_id) c WHERE g.job_id = c.job_id
)
SELECT id, charged_crashes FROM charged ORDER BY id
