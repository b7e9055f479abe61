-- Returns the jobId of the row at the ctid $1 (text), or its "id" if it has no jobId.
SELECT coalesce("jobId"::text, "id"::text) FROM {jobs} WHERE ctid = $1::tid
