-- The worker's own tables, beside a jobs table that belongs to the web app. They have no foreign key into
-- that table, because its rows may be deleted at any time.
-- Oldest release: 0.1.0

-- One row per run: one attempt of one worker at one job.
CREATE TABLE aura.run (
  -- Only grows: the fencing token that each write of progress or outcome names.
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- The job's "id" in the jobs table.
  job_id      text NOT NULL,
  attempt     integer NOT NULL,
  worker_id   text NOT NULL,
  state       text NOT NULL DEFAULT 'running'
              CHECK (state IN ('running',     -- a worker holds the lease
                               'completed',   -- the result is in the job's row
                               'retrying',    -- failed; the job waits for another attempt
                               'failed',      -- failed for good
                               'released',    -- put back at shutdown; costs no attempt
                               'cancelled',   -- the job's row was deleted, edited or cancelled
                               'superseded',  -- the job was set back to queued and claimed again
                               'lost')),      -- the lease ran out
  started_at  timestamptz NOT NULL DEFAULT now(),
  lease_until timestamptz NOT NULL,
  ended_at    timestamptz,
  -- The error that ended the run: {"code", "message", "retryable"}.
  error       jsonb,
  CHECK ((state = 'running') = (ended_at IS NULL))
) WITH (fillfactor = 85);

CREATE UNIQUE INDEX run_running_job_key ON aura.run (job_id) WHERE state = 'running';
CREATE INDEX run_job_idx ON aura.run (job_id, id);
CREATE INDEX run_lease_idx ON aura.run (lease_until) WHERE state = 'running';
CREATE INDEX run_ended_idx ON aura.run (ended_at) WHERE state <> 'running';

-- One row per job that was claimed and has not ended: when it may run next, its attempts and its crashes.
-- Deleted when the job ends, so a job set back to queued by hand is a new start.
CREATE TABLE aura.gate (
  job_id     text PRIMARY KEY,
  not_before timestamptz NOT NULL DEFAULT now(),
  attempts   integer NOT NULL DEFAULT 0,
  crashes    integer NOT NULL DEFAULT 0
) WITH (fillfactor = 85);
