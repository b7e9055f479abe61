-- Returns the {most} newest running jobs and the {most} latest of the jobs that ended in the last
-- 10 seconds, oldest submission first.
SELECT {columns} FROM (
  (SELECT job_id FROM aura.run WHERE state = 'running' ORDER BY id DESC LIMIT {most})
  UNION
  (SELECT job_id FROM aura.run WHERE state <> 'running' AND ended_at > now() - interval '10 seconds'
   ORDER BY ended_at DESC LIMIT {most})) active
JOIN {jobs} j ON j."id" = active.job_id::{id} ORDER BY j."createdAt", j."id"
