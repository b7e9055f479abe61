SELECT {columns}, j."id",
       CASE WHEN isfinite(j."createdAt") THEN (extract(epoch FROM j."createdAt") * 1000000)::bigint END AS created_us
FROM {rows} j
WHERE ($1::text IS NULL OR j."status" = $1::text::{status}) AND {after}
ORDER BY j."createdAt" DESC, j."id" DESC LIMIT $2
