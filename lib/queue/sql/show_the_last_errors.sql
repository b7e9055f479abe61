-- Returns jobId, message and time of the five jobs that failed last, newest first.
SELECT coalesce("jobId"::text, ''), coalesce("errorMessage", ''), to_char("updatedAt"{updated_utc}, {iso}) FROM {jobs}
WHERE "status" = 'failed' ORDER BY "updatedAt" DESC LIMIT 5
