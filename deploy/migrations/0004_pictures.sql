-- What the page draws of a completed job's track, in JSON. Written by the job's last completion and kept for
-- PICTURE_RETENTION days.
-- Oldest release: 0.1.0
CREATE TABLE aura.pictures (
  -- The job's "id" in the jobs table.
  job_id     text PRIMARY KEY,
  pictures   text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX pictures_created_idx ON aura.pictures (created_at);

-- Roles that may write the history may write pictures. Otherwise their workers could complete no job.
DO $$
DECLARE
  role text;
BEGIN
  FOR role IN SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
              FROM pg_class c, aclexplode(c.relacl) a
              WHERE c.oid = 'aura.run'::regclass AND a.privilege_type = 'INSERT' AND a.grantee <> c.relowner
  LOOP
    EXECUTE 'GRANT SELECT, INSERT, UPDATE, DELETE ON aura.pictures TO ' || role;
  END LOOP;
END $$;
