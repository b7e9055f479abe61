-- What a page draws of a completed job's track, in JSON, from the job's last completion; kept for PICTURE_RETENTION days.
CREATE TABLE aura.pictures (
  -- The jobs table's "id".
  job_id     text PRIMARY KEY,
  pictures   text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX pictures_created_idx ON aura.pictures (created_at);
