SELECT id FROM aura.run WHERE state = 'running' AND worker_id = $1 AND id <> ALL ($2::bigint[])
