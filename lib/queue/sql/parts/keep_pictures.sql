-- CTEs that store the pictures $12 (text, JSON) if the result was written. If $12 is NULL, they
-- delete the pictures of an earlier result.
, pictured AS (
  INSERT INTO aura.pictures (job_id, pictures) SELECT w.id, $12::text FROM written w WHERE $12::text IS NOT NULL
  ON CONFLICT (job_id) DO UPDATE SET pictures = excluded.pictures, created_at = excluded.created_at
), outdated AS (
  DELETE FROM aura.pictures p USING written w WHERE p.job_id = w.id AND $12::text IS NULL
)
