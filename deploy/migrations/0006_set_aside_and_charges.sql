-- Jobs whose rows refuse a write of the worker: a check, a trigger that raises, bytes that can't be decoded. The gate,
-- or the lease of the run, prevents a new try before next_try.
-- Oldest release: 0.1.0
CREATE TABLE aura.set_aside (
  -- The job's "id" in the jobs table.
  job_id    text PRIMARY KEY,
  since     timestamptz NOT NULL DEFAULT now(),
  tries     integer NOT NULL DEFAULT 1,
  next_try  timestamptz NOT NULL,
  -- The refused write: claim, rescue, release, abandon or fail. For fail, the job's last run holds the outcome.
  statement text NOT NULL,
  -- The server's message.
  reason    text NOT NULL
);

ALTER TABLE aura.gate
  -- How often the job was put back because its worker was in trouble.
  ADD COLUMN faults integer NOT NULL DEFAULT 0,
  -- For a job with crashes: the worker that will run it alone, and until when other workers ignore the job.
  ADD COLUMN reserved_by text,
  ADD COLUMN reserved_until timestamptz;
CREATE INDEX gate_suspect_idx ON aura.gate (job_id) WHERE crashes > 0;

-- How many crashes the job had after a rescue counted a crash for this run. NULL if it counted none or the crash was
-- taken back.
ALTER TABLE aura.run ADD COLUMN charged_crashes integer;

-- As in 0003, for an "id" of any type.
CREATE OR REPLACE FUNCTION aura.start_anew() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM aura.gate WHERE job_id = NEW."id"::text;
  IF pg_notification_queue_usage() < 0.5 THEN
    PERFORM pg_notify('aura_jobs', '');
  END IF;
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;

-- Roles that may write the history may write this table. So may the owner of the history.
DO $$
DECLARE
  role text;
BEGIN
  FOR role IN SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
              FROM pg_class c, aclexplode(c.relacl) a
              WHERE c.oid = 'aura.run'::regclass AND a.privilege_type = 'INSERT' AND a.grantee <> c.relowner
              UNION SELECT quote_ident(pg_get_userbyid(relowner)) FROM pg_class WHERE oid = 'aura.run'::regclass
  LOOP
    EXECUTE 'GRANT SELECT, INSERT, UPDATE, DELETE ON aura.set_aside TO ' || role;
  END LOOP;
END $$;
