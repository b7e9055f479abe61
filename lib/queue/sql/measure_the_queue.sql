-- Returns one row: the queued jobs (counted to 100,001), the running runs, the age of the oldest
-- queued job in seconds (0 if none), and the jobs set aside.
SELECT (SELECT count(*) FROM (SELECT FROM {jobs} WHERE "status" = 'queued' LIMIT 100001) counted) AS queued,
       (SELECT count(*) FROM aura.run WHERE state = 'running') AS processing,
       coalesce((SELECT extract(epoch FROM (now() AT TIME ZONE 'UTC') - "createdAt"{created_utc}) FROM {jobs}
                 WHERE "status" = 'queued' ORDER BY "createdAt", "id" LIMIT 1), 0)::float8 AS oldest,
       (SELECT count(*) FROM aura.set_aside) AS set_aside
