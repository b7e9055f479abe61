-- Locks the jobs that meet {condition}. Returns "id" and jobId.
SELECT "id"::text, "jobId" FROM {jobs} WHERE {condition} FOR UPDATE
