-- Locks at most {batch} set-aside records of failures that are due again. Returns the jobs' "id".
SELECT s.job_id FROM aura.set_aside s WHERE s.statement = 'fail' AND s.next_try <= now()
ORDER BY s.next_try LIMIT {batch} FOR UPDATE SKIP LOCKED
