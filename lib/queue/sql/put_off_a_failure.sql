-- Delays the next try to write the failure of the job $1 (text: "id"), which its row refused
-- because of $2 (text). The wait doubles up to 10 minutes.
UPDATE aura.set_aside SET tries = tries + 1, reason = $2,
  next_try = now() + least(interval '10 seconds' * 2 ^ least(tries, 10), interval '10 minutes')
WHERE job_id = $1
