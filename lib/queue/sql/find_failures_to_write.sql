-- Outcomes that rows have refused and whose time has come.
SELECT s.job_id FROM aura.set_aside s WHERE s.statement = 'fail' AND s.next_try <= now()
ORDER BY s.next_try LIMIT {batch} FOR UPDATE SKIP LOCKED
