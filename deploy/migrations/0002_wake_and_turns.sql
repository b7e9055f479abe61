-- Notifies waiting workers of new jobs: the function of a trigger on the jobs table. `aura migrate` and the workers
-- create that trigger if they may. PostgreSQL sends equal notifications of one transaction once. An insert must never
-- fail because of it. So it ignores its errors, and sends nothing if the queue of notifications is half full: a full
-- queue would fail the commit. Workers also poll.
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

-- One row per user who had a turn, if users take turns (FAIR_BY_USER).
CREATE TABLE aura.turn (
  user_id text PRIMARY KEY,
  -- The run of the user's last turn. A smaller run is longer ago.
  run_id  bigint NOT NULL
) WITH (fillfactor = 85);
