-- CTEs that store the pictures $12 (text, JSON) if the result was written. They delete the pictures
-- of an earlier result, and what is known of its content: the worker says what it is now.
, pictured AS (
  INSERT INTO aura.pictures (job_id, pictures) SELECT w.id, $12::text FROM written w WHERE $12::text IS NOT NULL
  ON CONFLICT (job_id) DO UPDATE SET pictures = excluded.pictures, created_at = excluded.created_at
), outdated AS (
  DELETE FROM aura.pictures p USING written w WHERE p.job_id = w.id AND $12::text IS NULL
), unlinked AS (
  DELETE FROM aura.job_content c USING written w WHERE c.job_id = w.id
)
