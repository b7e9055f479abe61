-- Jobs whose rows refuse a write of the worker's: a check, a trigger that raises, bytes that can't be decoded. Their
-- gate, or the lease of their run, keeps them from being tried before next_try.
-- Oldest release: 0.1.0
CREATE TABLE aura.set_aside (
  -- The jobs table's "id".
  job_id    text PRIMARY KEY,
  since     timestamptz NOT NULL DEFAULT now(),
  tries     integer NOT NULL DEFAULT 1,
  next_try  timestamptz NOT NULL,
  -- What was refused: claim, rescue, or fail; with fail, the job's last run holds the outcome.
  statement text NOT NULL,
  -- The server's words.
  reason    text NOT NULL
);

ALTER TABLE aura.gate
  -- How often the job was put back for trouble of its worker's.
  ADD COLUMN faults integer NOT NULL DEFAULT 0,
  -- A job that workers were lost with: the worker that will run it once it runs nothing else, and until when others
  -- leave the job to it.
  ADD COLUMN reserved_by text,
  ADD COLUMN reserved_until timestamptz;
CREATE INDEX gate_suspect_idx ON aura.gate (job_id) WHERE crashes > 0;

-- How many crashes the job had after a rescue charged it one for this run; NULL where none was charged or the charge
-- was taken back.
ALTER TABLE aura.run ADD COLUMN charged_crashes integer;

-- As before, for an "id" of any type.
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

-- Who may write the history may write this table, its owner included.
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
