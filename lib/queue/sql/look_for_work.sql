-- Returns whether there is any job to work on: queued, or held by a run. Ignores jobs that are set
-- aside, and rows that this role may see but not update: the lock skips them. The lock conflicts
-- with no update of the web app.
SELECT EXISTS (SELECT FROM {jobs} j WHERE j."status" = 'queued'
               AND NOT EXISTS (SELECT FROM aura.set_aside s WHERE s.job_id = j."id"::text)
               FOR KEY SHARE OF j)
    OR EXISTS (SELECT FROM aura.run r WHERE r.state = 'running'
               AND NOT EXISTS (SELECT FROM aura.set_aside s WHERE s.job_id = r.job_id)
               AND (r.lease_until > now()
                    OR NOT EXISTS (SELECT FROM {jobs} j WHERE j."id" = r.job_id::{id})
                    OR EXISTS (SELECT FROM {jobs} j WHERE j."id" = r.job_id::{id} FOR KEY SHARE OF j)))
