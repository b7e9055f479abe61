SELECT extract(epoch FROM (now() AT TIME ZONE 'UTC') - min("createdAt"){created_utc})::float8 FROM {jobs}
WHERE "status" = 'queued'
