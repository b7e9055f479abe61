-- Makes what keeps tables of placed vectors as aura.catalogue_vector is. Safe to repeat.
--
-- The trigger serves whoever writes aura.catalogue_vector, replicas of other releases too, in their transaction. It
-- runs as its owner, so that writers need no rights on tables that they don't know of. Each table of one kind and
-- version gets the row: while a new table is filled, that one too.
CREATE TABLE IF NOT EXISTS aura.neighbour_table (
  -- In schema aura. While it is filled, it ends with _new.
  name      text PRIMARY KEY,
  -- Tells a table from a later one of the same name.
  id        integer GENERATED ALWAYS AS IDENTITY,
  kind      text NOT NULL,
  version   integer NOT NULL,
  -- What lib/analysis/space.h writes, and of this the means and the deviations.
  space     text NOT NULL,
  mean      float8[] NOT NULL,
  deviation float8[] NOT NULL,
  filled    boolean NOT NULL DEFAULT false
);

-- As Space::place(). 4 is Space::kClip. A real that is nearly 0 would be refused as an underflow.
CREATE OR REPLACE FUNCTION aura.place_vector(raw bytea, mean float8[], deviation float8[]) RETURNS real[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_agg((CASE WHEN abs(placed) < 1e-30 THEN 0 ELSE greatest(-4, least(4, placed)) END)::real ORDER BY i)
  FROM (
    SELECT i, CASE WHEN exponent = 255 THEN 0
      ELSE ((CASE WHEN bits >= 2147483648 THEN -1 ELSE 1 END)
            * (CASE WHEN exponent = 0 THEN mantissa * power(2::float8, -149)
               ELSE (mantissa + 8388608) * power(2::float8, exponent - 150) END) - mean[i]) / deviation[i] END AS placed
    FROM (
      SELECT i, bits, ((bits >> 23) & 255)::int AS exponent, (bits & 8388607)::float8 AS mantissa
      FROM (SELECT i, get_byte(raw, 4 * i - 4) + (get_byte(raw, 4 * i - 3) << 8) + (get_byte(raw, 4 * i - 2) << 16)
                   + (get_byte(raw, 4 * i - 1)::bigint << 24) AS bits
            FROM generate_series(1, cardinality(mean)) i) AS each_bits
    ) AS each_number
  ) AS each_placed
$$;

-- If the extension is dropped with all that depends on it, the catalogue stays writable.
CREATE OR REPLACE FUNCTION aura.keep_neighbours() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  each record;
BEGIN
  IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND (NEW.catalogue_id, NEW.kind, NEW.version) <>
                                              (OLD.catalogue_id, OLD.kind, OLD.version) THEN
    FOR each IN SELECT name FROM aura.neighbour_table WHERE kind = OLD.kind AND version = OLD.version LOOP
      EXECUTE format('DELETE FROM aura.%I WHERE catalogue_id = $1', each.name) USING OLD.catalogue_id;
    END LOOP;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    FOR each IN SELECT name, mean, deviation FROM aura.neighbour_table
                WHERE kind = NEW.kind AND version = NEW.version LOOP
      IF octet_length(NEW.vector) = 4 * cardinality(each.mean) THEN
        EXECUTE format('INSERT INTO aura.%I AS n (catalogue_id, vector) VALUES ($1, $2) '
                       'ON CONFLICT (catalogue_id) DO UPDATE SET vector = excluded.vector '
                       'WHERE n.vector::real[] <> excluded.vector::real[]', each.name)
        USING NEW.catalogue_id, aura.place_vector(NEW.vector, each.mean, each.deviation);
      ELSE
        EXECUTE format('DELETE FROM aura.%I WHERE catalogue_id = $1', each.name) USING NEW.catalogue_id;
      END IF;
    END LOOP;
  END IF;
  RETURN NULL;
EXCEPTION WHEN undefined_table OR undefined_column OR undefined_object OR undefined_function OR undefined_file THEN
  RAISE WARNING 'pgvector is gone, so its table is not kept (%): run aura migrate --with-pgvector', SQLERRM;
  RETURN NULL;
END $$;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'aura.catalogue_vector'::regclass
                 AND tgname = 'catalogue_vector_neighbours') THEN
    CREATE TRIGGER catalogue_vector_neighbours AFTER INSERT OR UPDATE OR DELETE ON aura.catalogue_vector
      FOR EACH ROW EXECUTE FUNCTION aura.keep_neighbours();
  END IF;
END $$
