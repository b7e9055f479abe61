SELECT {columns} FROM (
  (SELECT job_id FROM aura.run WHERE state = 'running' ORDER BY id DESC LIMIT {most})
  UNION
  (SELECT job_id FROM aura.run WHERE state <> 'running' AND ended_at > now() - interval '10 seconds'
   ORDER BY ended_at DESC LIMIT {most})) active
JOIN {jobs} j ON j."id" = active.job_id::{id} ORDER BY j."createdAt", j."id"
