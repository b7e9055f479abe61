-- The lease is what keeps a run from the next rescue.
WITH noted AS ({noted}), leased AS (
  UPDATE aura.run r SET lease_until = n.next_try FROM noted n WHERE r.id = $1 AND r.state = 'running'
)
SELECT tries FROM noted
