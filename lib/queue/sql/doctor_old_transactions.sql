-- Returns the age in minutes of the oldest transaction; NULL if none is older than an hour. Only
-- roles that may read all statistics see the transactions of other roles.
SELECT (extract(epoch FROM max(now() - xact_start)) / 60)::int AS minutes FROM pg_stat_activity
WHERE backend_type = 'client backend' AND datname = current_database() AND xact_start < now() - interval '1 hour'
