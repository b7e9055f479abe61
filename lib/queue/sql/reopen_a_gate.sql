-- Creates the gate of the job $1 (text: "id") again, with $2 (int) attempts and $3 (int) crashes:
-- the trigger for new starts has just deleted it.
INSERT INTO aura.gate (job_id, attempts, crashes) VALUES ($1, greatest($2::int, 0), greatest($3::int, 0))
ON CONFLICT (job_id) DO UPDATE SET attempts = excluded.attempts, crashes = excluded.crashes
