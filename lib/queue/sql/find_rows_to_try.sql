-- Returns the "id" of two rows with the status $1 (text).
SELECT "id"::text FROM {jobs} WHERE "status" = $1::text::{status} AND "id" IS NOT NULL LIMIT 2
