-- The trigger for new starts has just forgotten it.
INSERT INTO aura.gate (job_id, attempts, crashes) VALUES ($1, greatest($2::int, 0), greatest($3::int, 0))
ON CONFLICT (job_id) DO UPDATE SET attempts = excluded.attempts, crashes = excluded.crashes
