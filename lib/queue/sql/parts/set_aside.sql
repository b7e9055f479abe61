-- {rows} gives job_id. The wait doubles from ten seconds to ten minutes.
INSERT INTO aura.set_aside AS s (job_id, statement, reason, next_try)
SELECT job_id, $2, $3, now() + interval '10 seconds' FROM ({rows}) AS refused
ON CONFLICT (job_id) DO UPDATE SET tries = s.tries + 1, statement = excluded.statement, reason = excluded.reason,
  next_try = now() + least(interval '10 seconds' * 2 ^ least(s.tries, 10), interval '10 minutes')
RETURNING job_id, next_try, tries
