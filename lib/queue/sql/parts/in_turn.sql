-- The CTE candidate for claims in turn: at most $1 (bigint) jobs, locked, with the column {what}.
-- {nobodys} adds jobs without a user, {nulls} sorts jobs without a time.
-- Goes from one waiting user to the next through the index, instead of reading every queued row.
-- The user whose last turn is longest ago comes first. Each user gives one job before any gives a
-- second. Locks the rows one by one in that order: the planner expects many rows and would
-- otherwise read all queued jobs.
waiting (user_id) AS (
  (SELECT "userId" FROM {jobs} WHERE "status" = 'queued' ORDER BY "userId" LIMIT 1)
  UNION ALL
  SELECT (SELECT j."userId" FROM {jobs} j WHERE j."status" = 'queued' AND j."userId" > w.user_id
          ORDER BY j."userId" LIMIT 1)
  FROM waiting w WHERE w.user_id IS NOT NULL
), ranked AS MATERIALIZED (
  SELECT due."id", due.place, t.run_id AS last_turn, due."createdAt"
  FROM waiting w LEFT JOIN aura.turn t ON t.user_id = w.user_id::text
  CROSS JOIN LATERAL (
    SELECT j."id", j."createdAt", row_number() OVER (ORDER BY j."createdAt" {nulls}, j."id") AS place
    FROM {jobs} j WHERE j."status" = 'queued' AND j."userId" = w.user_id AND {is_due}
    ORDER BY j."createdAt" {nulls}, j."id"
    LIMIT CASE WHEN (SELECT count(*) FROM waiting) > $1 THEN 1 ELSE $1 END) due
  {nobodys}
), candidate AS MATERIALIZED (
  SELECT free.*
  FROM (SELECT "id" FROM ranked ORDER BY place, last_turn NULLS FIRST, "createdAt" NULLS FIRST, "id") r CROSS JOIN LATERAL (
    SELECT {what} FROM {jobs} j WHERE j."id" = r."id" AND j."status" = 'queued' FOR UPDATE SKIP LOCKED) free
  WHERE NOT EXISTS (SELECT FROM suspect)
  LIMIT $1
)
