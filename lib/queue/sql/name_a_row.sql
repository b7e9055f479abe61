SELECT coalesce("jobId"::text, "id"::text) FROM {jobs} WHERE ctid = $1::tid
