-- If a job's row is set back to queued after the job has ended, the job is a new start: this function deletes its gate
-- and wakes workers. It belongs to a trigger on the jobs table, which `aura migrate` and the workers create if they
-- may. It runs with its owner's rights, because roles that write that table may lack rights on this schema. Their
-- writes must never fail because of it.
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

-- How often the job was postponed since its start.
ALTER TABLE aura.gate ADD COLUMN waits integer NOT NULL DEFAULT 0;
