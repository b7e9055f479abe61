-- The CTEs run, the run $1 (bigint) if it has completed its job, and stored: the parts $3 (json: an
-- array of {part, version, measured}) of the content $2 (bytea), stored after such a run. A stored
-- part that differs was damaged.
run AS (
  SELECT job_id FROM aura.run WHERE id = $1::bigint AND state = 'completed'
), stored AS (
  INSERT INTO aura.measurement (content_key, part, version, measured)
  SELECT $2::bytea, e.value ->> 'part', e.value ->> 'version', e.value -> 'measured'
  FROM run, json_array_elements($3::json) e
  ON CONFLICT (content_key, part, version) DO UPDATE SET measured = excluded.measured
  WHERE aura.measurement.measured::text <> excluded.measured::text
)
