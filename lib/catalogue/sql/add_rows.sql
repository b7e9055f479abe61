-- Adds the rows $1 (json: an array of NewRow) to the catalogue, in the order of "place". A row with
-- a known content replaces what is known,
-- but keeps vectors of other kinds. Returns the ids in that order.
WITH given AS MATERIALIZED (
  SELECT r.*, decode(content, 'hex') AS content_sha256 FROM json_to_recordset($1::json) AS r(
    place int, content text, song text, artist text, year smallint, genre text, isrc text, spotify_url text,
    image_url text, origin text, tempo_bpm real, key text, loudness_lufs real, vectors json, fingerprint text,
    charts json)
), added AS (
  INSERT INTO aura.catalogue (song, artist, year, genre, isrc, spotify_url, image_url, content_sha256, origin,
                              tempo_bpm, key, loudness_lufs)
  SELECT song, artist, year, genre, isrc, spotify_url, image_url, content_sha256, origin, tempo_bpm, key, loudness_lufs
  FROM given ORDER BY place
  ON CONFLICT (content_sha256) DO UPDATE SET
    song = excluded.song, artist = excluded.artist, year = excluded.year, genre = excluded.genre, isrc = excluded.isrc,
    spotify_url = excluded.spotify_url, image_url = excluded.image_url, origin = excluded.origin,
    tempo_bpm = excluded.tempo_bpm, key = excluded.key, loudness_lufs = excluded.loudness_lufs,
    changed_at = clock_timestamp(), removed_at = NULL
  RETURNING id, content_sha256
), placed AS (
  SELECT added.id, given.* FROM given JOIN added USING (content_sha256)
), vectors_given AS (
  SELECT p.id, v.kind, v.version, decode(v.vector, 'hex') AS vector
  FROM placed p, json_to_recordset(p.vectors) AS v(kind text, version int, vector text)
), vectors AS (
  INSERT INTO aura.catalogue_vector (catalogue_id, kind, version, vector)
  SELECT id, kind, version, vector FROM vectors_given
  ON CONFLICT (catalogue_id, kind, version) DO UPDATE SET vector = excluded.vector
), old_vectors AS (
  -- The previous version serves workers of the previous release.
  DELETE FROM aura.catalogue_vector v USING vectors_given g
  WHERE v.catalogue_id = g.id AND v.kind = g.kind AND v.version < g.version - 1
), fingerprints AS (
  INSERT INTO aura.catalogue_fingerprint (catalogue_id, fingerprint)
  SELECT id, decode(fingerprint, 'hex') FROM placed WHERE fingerprint <> ''
  ON CONFLICT (catalogue_id) DO UPDATE SET fingerprint = excluded.fingerprint
), entries AS (
  INSERT INTO aura.popularity (catalogue_id, source, day, position, streams)
  SELECT DISTINCT ON (p.id, e.chart, e.week) p.id, e.chart, e.week, e.position, e.streams
  FROM placed p, json_to_recordset(p.charts) AS e(chart text, week date, position int, streams bigint)
  ON CONFLICT (catalogue_id, source, day) DO UPDATE SET position = excluded.position, streams = excluded.streams
), told AS MATERIALIZED (
  SELECT pg_notify('aura_catalogue', '')
)
SELECT id FROM placed, told ORDER BY place
