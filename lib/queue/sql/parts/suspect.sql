-- A job that workers were lost with runs alone: a worker that runs something only reserves it, and
-- takes no other before. Those that another worker has reserved are left to that one.
suspect AS MATERIALIZED (
  SELECT j."id" FROM aura.gate g JOIN {jobs} j ON j."id" = g.job_id::{id}
  WHERE g.crashes > 0 AND g.not_before <= now() AND j."status" = 'queued'
    AND (g.reserved_until IS NULL OR g.reserved_until < now() OR g.reserved_by = $2)
  ORDER BY (g.reserved_by = $2 AND g.reserved_until >= now()) IS TRUE DESC, j."createdAt" NULLS FIRST, j."id" LIMIT 1
  FOR UPDATE OF g, j SKIP LOCKED
)
