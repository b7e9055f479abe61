-- Returns the running runs of the worker $1 (text) except the runs $2 (bigint[]), which it knows.
SELECT id FROM aura.run WHERE state = 'running' AND worker_id = $1 AND id <> ALL ($2::bigint[])
