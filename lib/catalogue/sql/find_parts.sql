-- Returns the stored parts $2 (text[]: "part version") of the content $1 (bytea), and when the
-- content was first measured. Notes, once a day, that they are used.
WITH used AS (
  UPDATE aura.measurement SET used_on = current_date WHERE content_key = $1::bytea AND used_on < current_date
)
SELECT part, measured::text AS measured FROM aura.measurement
WHERE content_key = $1::bytea AND part || ' ' || version = ANY ($2::text[])
