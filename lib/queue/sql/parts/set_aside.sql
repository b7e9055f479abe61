-- Records that the row of the job that {rows} selects refused the statement $2 (text) because of $3
-- (text). Returns when to try again and how many tries there were. The wait doubles from 10 seconds
-- to 10 minutes.
INSERT INTO aura.set_aside AS s (job_id, statement, reason, next_try)
SELECT job_id, $2, $3, now() + interval '10 seconds' FROM ({rows}) AS refused
ON CONFLICT (job_id) DO UPDATE SET tries = s.tries + 1, statement = excluded.statement, reason = excluded.reason,
  next_try = now() + least(interval '10 seconds' * 2 ^ least(s.tries, 10), interval '10 minutes')
RETURNING job_id, next_try, tries
