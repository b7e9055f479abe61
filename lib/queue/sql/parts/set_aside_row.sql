WITH noted AS ({noted}), gated AS (
  INSERT INTO aura.gate (job_id, not_before) SELECT job_id, next_try FROM noted
  ON CONFLICT (job_id) DO UPDATE SET not_before = excluded.not_before
)
SELECT tries FROM noted
