SELECT id FROM aura.run WHERE state = 'running' AND lease_until < now()
ORDER BY lease_until LIMIT $1 FOR UPDATE SKIP LOCKED
