-- Looks at the $2 (int) jobs after $1 (text: id) whose content, or that of whose reference track, is
-- known ({links} is the table). Deletes what is known of jobs whose rows are gone, and of jobs that
-- a later run has completed: that of a worker of an older release, or one without such a track.
-- Returns how many jobs it looked at and the id of the last one.
WITH batch AS (
  SELECT job_id, run_id FROM {links} WHERE job_id > $1::text ORDER BY job_id LIMIT $2::int
), gone AS (
  DELETE FROM {links} c USING batch b
  WHERE c.job_id = b.job_id AND c.run_id = b.run_id
    AND (NOT EXISTS (SELECT FROM {jobs} j WHERE j."id" = b.job_id::{id})
         OR EXISTS (SELECT FROM aura.run r WHERE r.job_id = b.job_id AND r.id > b.run_id AND r.state = 'completed'))
)
SELECT count(*), coalesce(max(job_id), '') FROM batch
