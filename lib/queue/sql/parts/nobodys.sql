-- Jobs without a user: they count as the jobs of one more user.
  UNION ALL
  SELECT due."id", due.place, (SELECT t.run_id FROM aura.turn t WHERE t.user_id = '{nobody}'), due."createdAt"
  FROM (
    SELECT j."id", j."createdAt", row_number() OVER (ORDER BY j."createdAt" NULLS FIRST, j."id") AS place
    FROM {jobs} j WHERE j."status" = 'queued' AND j."userId" IS NULL AND {is_due}
    ORDER BY j."createdAt" NULLS FIRST, j."id" LIMIT $1) due
