-- Returns the jobId of the row $1 ("id"), or its "id" if it has no jobId.
SELECT coalesce("jobId"::text, "id"::text) FROM {jobs} WHERE "id" = $1::{id}
