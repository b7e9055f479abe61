-- Locks at most $1 (bigint) runs whose leases have ended, and returns them, earliest end first.
SELECT id FROM aura.run WHERE state = 'running' AND lease_until < now()
ORDER BY lease_until LIMIT $1 FOR UPDATE SKIP LOCKED
