-- The operator's catalogue of songs, in which jobs find what sounds like them. It holds only what an operator
-- imports or marks.
-- Oldest release: 0.1.0
CREATE TABLE aura.catalogue (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  song           text NOT NULL,
  artist         text NOT NULL,
  year           smallint,
  genre          text,
  isrc           text,
  spotify_url    text,
  image_url      text,
  -- SHA-256 of the file's bytes; of a job with CACHE=user what aura.measurement knows it by.
  content_sha256 bytea NOT NULL UNIQUE CHECK (octet_length(content_sha256) = 32),
  -- The path or URL of its audio, or "job ID".
  origin         text NOT NULL,
  tempo_bpm      real,
  key            text,
  loudness_lufs  real,
  -- By the clock, not the transaction: a reader looks some minutes back for late commits.
  changed_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- A removed row stays for a time, so that readers notice.
  removed_at     timestamptz
);
CREATE INDEX catalogue_changed_idx ON aura.catalogue (changed_at, id);
CREATE INDEX catalogue_removed_idx ON aura.catalogue (removed_at) WHERE removed_at IS NOT NULL;

-- Raw vectors, as measured. Vectors of different kinds or versions are never compared.
CREATE TABLE aura.catalogue_vector (
  catalogue_id bigint NOT NULL REFERENCES aura.catalogue ON DELETE CASCADE,
  kind         text NOT NULL,
  -- That of the part of the measurements, without libavcodec's.
  version      integer NOT NULL,
  -- float32, little-endian.
  vector       bytea NOT NULL,
  PRIMARY KEY (catalogue_id, kind, version)
);

-- Chromaprint's numbers: uint32, little-endian.
CREATE TABLE aura.catalogue_fingerprint (
  catalogue_id bigint PRIMARY KEY REFERENCES aura.catalogue ON DELETE CASCADE,
  fingerprint  bytea NOT NULL
);

CREATE TABLE aura.popularity (
  catalogue_id bigint NOT NULL REFERENCES aura.catalogue ON DELETE CASCADE,
  -- The chart: "billboard-hot-100".
  source       text NOT NULL,
  -- Of the week, the day that the operator named.
  day          date NOT NULL,
  position     integer,
  streams      bigint,
  PRIMARY KEY (catalogue_id, source, day)
);

-- Spaces of the operator's own. Without a current row of a kind and version, the shipped space is in use.
CREATE TABLE aura.space (
  id      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind    text NOT NULL,
  version integer NOT NULL,
  -- What lib/analysis/space.h writes: means, deviations, anchors.
  space   text NOT NULL,
  -- How many rows it was made from.
  rows    integer NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(),
  current boolean NOT NULL
);
CREATE UNIQUE INDEX space_current_idx ON aura.space (kind, version) WHERE current;

-- Which content the reference track of a completed job had, for as long as the job's row lives: aura.job_content has
-- the content of its own track.
CREATE TABLE aura.job_reference (
  -- The job's "id" in the jobs table.
  job_id      text PRIMARY KEY,
  -- That of aura.measurement, whose rows may be gone.
  content_key bytea NOT NULL,
  -- The run that completed the job.
  run_id      bigint NOT NULL
);
CREATE INDEX job_reference_key_idx ON aura.job_reference (content_key);

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
    EXECUTE 'GRANT SELECT, INSERT, UPDATE, DELETE ON aura.catalogue, aura.catalogue_vector, '
            'aura.catalogue_fingerprint, aura.popularity, aura.space, aura.job_reference TO ' || role;
  END LOOP;
END $$;
