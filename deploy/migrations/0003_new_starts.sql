-- A job whose row somebody set back to queued after its end is a new start: what it had cost before is forgotten, and
-- workers are woken. The function of a trigger on the jobs table, which `aura migrate` and the workers make where they
-- may. It runs with its owner's rights, for whoever writes that table need not know this schema. A write of theirs
-- must never fail for it.
-- Oldest release: 0.1.0
CREATE FUNCTION aura.start_anew() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM aura.gate WHERE job_id = NEW."id";
  IF pg_notification_queue_usage() < 0.5 THEN
    PERFORM pg_notify('aura_jobs', '');
  END IF;
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;

-- How often the job was postponed since it started.
ALTER TABLE aura.gate ADD COLUMN waits integer NOT NULL DEFAULT 0;
