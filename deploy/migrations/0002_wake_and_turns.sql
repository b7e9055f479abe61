-- Tells workers that wait for jobs that there are some: the function of a trigger on the jobs table, which
-- `aura migrate` and the workers make where they may. Notifications of one transaction are sent once. An
-- insert must never fail for it (the queue of notifications can be full), so it swallows its errors: workers
-- look for themselves as well.
CREATE FUNCTION aura.wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_catalog.pg_notify('aura_jobs', '');
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;

-- One row a user who had a turn, where claims go from user to user (FAIR_BY_USER).
CREATE TABLE aura.turn (
  user_id text PRIMARY KEY,
  -- The run that the last turn gave: the smaller, the longer ago.
  run_id  bigint NOT NULL
) WITH (fillfactor = 85);
