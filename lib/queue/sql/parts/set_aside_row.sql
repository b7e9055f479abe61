-- Sets a queued job aside: {noted} is set_aside.sql. The gate keeps the job out of the next claim.
-- Returns tries.
WITH noted AS ({noted}), gated AS (
  INSERT INTO aura.gate (job_id, not_before) SELECT job_id, next_try FROM noted
  ON CONFLICT (job_id) DO UPDATE SET not_before = excluded.not_before
)
SELECT tries FROM noted
