-- Sets the job of the run $1 (bigint) aside: {noted} is set_aside.sql. The lease keeps the run out
-- of the next rescue. Returns tries.
WITH noted AS ({noted}), leased AS (
  UPDATE aura.run r SET lease_until = n.next_try FROM noted n WHERE r.id = $1 AND r.state = 'running'
)
SELECT tries FROM noted
