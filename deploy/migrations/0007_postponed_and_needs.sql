-- A new state for a run that ended because its host asked to wait. Older releases write 'released' instead and may
-- continue to do so.
-- Oldest release: 0.1.0
ALTER TABLE aura.run DROP CONSTRAINT run_state_check, ADD CONSTRAINT run_state_check
  CHECK (state IN ('running',     -- a worker holds the lease
                   'completed',   -- the result is in the job's row
                   'retrying',    -- failed; the job waits for another attempt
                   'failed',      -- failed for good
                   'postponed',   -- the host asked to wait; costs no attempt
                   'released',    -- put back at shutdown or because of worker trouble; costs no attempt
                   'cancelled',   -- the job's row was deleted, edited or cancelled
                   'superseded',  -- the job was set back to queued and claimed again
                   'lost'));      -- the lease ran out

-- The oldest release that works on a database with the migration. Older releases refuse to start. A table of its own,
-- because processes that wait for the migration lock hold a lock on aura.migration.
CREATE TABLE aura.migration_need (
  -- The migration's number.
  number  integer PRIMARY KEY,
  release text NOT NULL
);

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
    EXECUTE 'GRANT SELECT, INSERT, UPDATE, DELETE ON aura.migration_need TO ' || role;
  END LOOP;
END $$;
