-- Returns one row: the queued, completed and failed jobs, the running runs, and the jobs set aside.
-- Each count of rows stops at 100,001, so the time is limited.
SELECT (SELECT count(*) FROM (SELECT FROM {jobs} WHERE "status" = 'queued' LIMIT 100001) counted) AS queued,
       (SELECT count(*) FROM aura.run WHERE state = 'running') AS processing,
       (SELECT count(*) FROM (SELECT FROM {jobs} WHERE "status" = 'completed' LIMIT 100001) counted) AS completed,
       (SELECT count(*) FROM (SELECT FROM {jobs} WHERE "status" = 'failed' LIMIT 100001) counted) AS failed,
       (SELECT count(*) FROM aura.set_aside) AS set_aside
