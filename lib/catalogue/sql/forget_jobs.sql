-- Deletes what is stored of the jobs $1 (json: an array of "id"): their pictures, which contents they and their
-- reference tracks had, and the measurements of contents that no other job had. Returns how much of each.
WITH ids AS (
  SELECT json_array_elements_text($1::json) AS id
), links AS (
  DELETE FROM aura.job_content WHERE job_id IN (SELECT id FROM ids) RETURNING content_key
), reference_links AS (
  DELETE FROM aura.job_reference WHERE job_id IN (SELECT id FROM ids) RETURNING content_key
), pictures AS (
  DELETE FROM aura.pictures WHERE job_id IN (SELECT id FROM ids) RETURNING 1
), parts AS (
  DELETE FROM aura.measurement m
  WHERE m.content_key IN (SELECT content_key FROM links UNION ALL SELECT content_key FROM reference_links)
    AND NOT EXISTS (SELECT FROM aura.job_content c WHERE c.content_key = m.content_key
                    AND c.job_id NOT IN (SELECT id FROM ids))
    AND NOT EXISTS (SELECT FROM aura.job_reference c WHERE c.content_key = m.content_key
                    AND c.job_id NOT IN (SELECT id FROM ids))
  RETURNING m.part
)
SELECT (SELECT count(*) FROM links), (SELECT count(*) FROM pictures) + (SELECT count(*) FROM parts WHERE part = 'pictures'),
       (SELECT count(*) FROM parts WHERE part <> 'pictures')
