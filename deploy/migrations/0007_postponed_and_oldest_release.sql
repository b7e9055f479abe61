-- A run that ended because its host asked to wait has a state of its own. Older releases write 'released' there, and
-- go on doing so.
-- Oldest release: 0.1.0
ALTER TABLE aura.run DROP CONSTRAINT run_state_check, ADD CONSTRAINT run_state_check
  CHECK (state IN ('running',     -- a worker holds the lease
                   'completed',   -- the result is in the job's row
                   'retrying',    -- failed; the job waits for another attempt
                   'failed',      -- failed for good
                   'postponed',   -- the host asked to wait; costs no attempt
                   'released',    -- put back at shutdown or for trouble of the worker; costs no attempt
                   'cancelled',   -- the job's row was deleted or taken back meanwhile
                   'superseded',  -- the job was set back to queued and claimed anew
                   'lost'));      -- the lease ran out

-- An older release works on beside a newer schema, unless a migration of that schema needs a newer release.
ALTER TABLE aura.migration ADD COLUMN oldest_release text NOT NULL DEFAULT '0.1.0';
