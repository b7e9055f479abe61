-- The condition {condition} of retry_jobs.sql for the job $1 (text: jobId): failed, queued, or an
-- orphan (processing without a running run).
  "jobId" = $1 AND ("status" IN ('failed', 'queued') OR "status" = 'processing' AND NOT EXISTS (
    SELECT FROM aura.run r WHERE r.job_id = {jobs}."id"::text AND r.state = 'running'))
