-- Drops the tables of kind '{kind}' that no worker uses. The version before {version} serves workers of the previous
-- release.
DO $$
DECLARE
  each record;
BEGIN
  FOR each IN DELETE FROM aura.neighbour_table WHERE kind = '{kind}' AND version < {version} - 1 RETURNING name LOOP
    EXECUTE format('DROP TABLE IF EXISTS aura.%I', each.name);
  END LOOP;
END $$
