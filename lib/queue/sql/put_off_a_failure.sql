UPDATE aura.set_aside SET tries = tries + 1, reason = $2,
  next_try = now() + least(interval '10 seconds' * 2 ^ least(tries, 10), interval '10 minutes')
WHERE job_id = $1
