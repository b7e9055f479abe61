-- A condition on the queued job j: it is due, and has no crash.
-- Not a LEFT JOIN: if many jobs wait, the planner would expect almost no job to be due, and read
-- all queued jobs instead of the index.
NOT EXISTS (SELECT FROM aura.gate g WHERE g.job_id = j."id"::text AND (g.not_before > now() OR g.crashes > 0))
