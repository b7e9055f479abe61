-- Returns the time in ms until the next lease ends, negative if it has ended; NULL if no run is
-- running.
SELECT ceil(extract(epoch FROM min(lease_until) - now()) * 1000)::bigint FROM aura.run WHERE state = 'running'
