-- Returns how many jobs are processing although no run of theirs is running.
SELECT count(*) FROM {jobs} j
WHERE j."status" = 'processing'
  AND NOT EXISTS (SELECT FROM aura.run r WHERE r.job_id = j."id"::text AND r.state = 'running')
