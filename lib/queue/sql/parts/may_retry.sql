-- The last are orphans.
  "jobId" = $1 AND ("status" IN ('failed', 'queued') OR "status" = 'processing' AND NOT EXISTS (
    SELECT FROM aura.run r WHERE r.job_id = {jobs}."id"::text AND r.state = 'running'))
