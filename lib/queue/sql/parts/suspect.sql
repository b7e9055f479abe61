-- The CTE suspect: the first due job with a crash, locked, unless a worker other than $2 (text) has
-- reserved it. Such a job runs alone: a worker with running jobs only reserves it, and claims no
-- other job before it.
suspect AS MATERIALIZED (
  SELECT j."id" FROM aura.gate g JOIN {jobs} j ON j."id" = g.job_id::{id}
  WHERE g.crashes > 0 AND g.not_before <= now() AND j."status" = 'queued'
    AND (g.reserved_until IS NULL OR g.reserved_until < now() OR g.reserved_by = $2)
  ORDER BY (g.reserved_by = $2 AND g.reserved_until >= now()) IS TRUE DESC, j."createdAt" NULLS FIRST, j."id" LIMIT 1
  FOR UPDATE OF g, j SKIP LOCKED
)
