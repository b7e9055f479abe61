-- Other roles' transactions are seen by those who may read all statistics.
SELECT (extract(epoch FROM max(now() - xact_start)) / 60)::int AS minutes FROM pg_stat_activity
WHERE backend_type = 'client backend' AND datname = current_database() AND xact_start < now() - interval '1 hour'
