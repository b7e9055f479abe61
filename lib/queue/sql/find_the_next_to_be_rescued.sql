SELECT ceil(extract(epoch FROM min(lease_until) - now()) * 1000)::bigint FROM aura.run WHERE state = 'running'
