-- Not by a LEFT JOIN: the planner would think that next to nothing is due where many wait, and read
-- all that is queued instead of following the index.
NOT EXISTS (SELECT FROM aura.gate g WHERE g.job_id = j."id"::text AND (g.not_before > now() OR g.crashes > 0))
