-- Tells workers that wait for jobs that there are some: the function of a trigger on the jobs table, which
-- `aura migrate` and the workers make where they may. Notifications of one transaction are sent once. An
-- insert must never fail for it, so it swallows its errors, and keeps away from a queue of notifications that fills
-- up, which would fail the commit: workers look for themselves as well.
-- Oldest release: 0.1.0
CREATE FUNCTION aura.wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_catalog.pg_notification_queue_usage() < 0.5 THEN
    PERFORM pg_catalog.pg_notify('aura_jobs', '');
  END IF;
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
