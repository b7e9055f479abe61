-- Returns the age of the oldest queued job in seconds; NULL if none is queued.
SELECT extract(epoch FROM (now() AT TIME ZONE 'UTC') - min("createdAt"){created_utc})::float8 FROM {jobs}
WHERE "status" = 'queued'
