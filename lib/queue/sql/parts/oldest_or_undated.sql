-- As oldest.sql, if "createdAt" may be NULL. Jobs without a time count as the oldest. Reads them
-- separately, because the index sorts them last.
undated AS MATERIALIZED (
  SELECT {what}
  FROM {jobs} j
  WHERE j."status" = 'queued' AND j."createdAt" IS NULL AND {is_due} AND NOT EXISTS (SELECT FROM suspect)
  ORDER BY j."id"
  LIMIT $1
  FOR UPDATE OF j SKIP LOCKED
), dated AS MATERIALIZED (
  SELECT {what}
  FROM {jobs} j
  WHERE j."status" = 'queued' AND j."createdAt" IS NOT NULL AND {is_due} AND NOT EXISTS (SELECT FROM suspect)
    AND (SELECT count(*) FROM undated) < $1
  ORDER BY j."createdAt", j."id"
  LIMIT $1
  FOR UPDATE OF j SKIP LOCKED
), candidate AS MATERIALIZED (
  (SELECT * FROM undated) UNION ALL (SELECT * FROM dated LIMIT $1 - (SELECT count(*) FROM undated))
)
