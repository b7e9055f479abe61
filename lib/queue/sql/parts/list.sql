-- Returns a page of at most $2 (bigint) jobs with the status $1 (text; NULL: any), newest first.
-- {rows} is the table or few.sql, {after} the condition of the page, with the last job of the
-- previous page: $3 its time and $4 its "id", or only $3 its "id".
SELECT {columns}, j."id",
       CASE WHEN isfinite(j."createdAt") THEN (extract(epoch FROM j."createdAt") * 1000000)::bigint END AS created_us
FROM {rows} j
WHERE ($1::text IS NULL OR j."status" = $1::text::{status}) AND {after}
ORDER BY j."createdAt" DESC, j."id" DESC LIMIT $2
