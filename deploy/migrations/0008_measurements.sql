-- The measurements of files that jobs had, so that no file is measured twice. They depend on the bytes of the file
-- alone: no row holds a URL, a title, lyrics or a user.
-- Oldest release: 0.1.0
CREATE TABLE aura.measurement (
  -- SHA-256 of the file's bytes; with CACHE=user HMAC-SHA-256 of that and the user, by the installation's secret.
  content_key bytea NOT NULL CHECK (octet_length(content_key) = 32),
  part        text NOT NULL,
  -- Of the part's numbers, and of libavcodec: "1 59.37.100".
  version     text NOT NULL,
  -- json, not jsonb: what is read back is what was written, to the byte.
  measured    json NOT NULL,
  created_on  date NOT NULL DEFAULT current_date,
  -- A hit writes it, at most once a day.
  used_on     date NOT NULL DEFAULT current_date,
  PRIMARY KEY (content_key, part, version)
);
CREATE INDEX measurement_used_idx ON aura.measurement (used_on);

-- Which content a completed job had, for as long as the job's row lives.
CREATE TABLE aura.job_content (
  -- The job's "id" in the jobs table.
  job_id          text PRIMARY KEY,
  -- That of aura.measurement, whose rows may be gone.
  content_key     bytea NOT NULL,
  -- The run that completed the job.
  run_id          bigint NOT NULL,
  -- When the content was first measured.
  measured_on     date NOT NULL,
  -- Whether the job found all measurements here.
  measured_before boolean NOT NULL
);
CREATE INDEX job_content_key_idx ON aura.job_content (content_key);

CREATE TABLE aura.installation (
  is_the_row boolean PRIMARY KEY DEFAULT true CHECK (is_the_row),
  secret     bytea NOT NULL
);
INSERT INTO aura.installation (secret) SELECT sha256(convert_to(
  gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'));

-- Roles that may write the history may write these tables. So may the owner of the history.
DO $$
DECLARE
  role text;
BEGIN
  FOR role IN SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
              FROM pg_class c, aclexplode(c.relacl) a
              WHERE c.oid = 'aura.run'::regclass AND a.privilege_type = 'INSERT' AND a.grantee <> c.relowner
              UNION SELECT quote_ident(pg_get_userbyid(relowner)) FROM pg_class WHERE oid = 'aura.run'::regclass
  LOOP
    EXECUTE 'GRANT SELECT, INSERT, UPDATE, DELETE ON aura.measurement, aura.job_content TO ' || role;
    EXECUTE 'GRANT SELECT ON aura.installation TO ' || role;
  END LOOP;
END $$;
