SELECT coalesce("jobId"::text, "id"::text) FROM {jobs} WHERE "id" = $1::{id}
