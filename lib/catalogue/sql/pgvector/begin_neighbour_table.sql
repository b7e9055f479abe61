-- Makes the empty table aura.{table} for placed vectors. The lock waits for writers that began before and don't know
-- the table.
LOCK TABLE aura.catalogue_vector IN SHARE ROW EXCLUSIVE MODE;
DROP TABLE IF EXISTS aura.{table};
DELETE FROM aura.neighbour_table WHERE name = '{table}';
CREATE TABLE aura.{table} (catalogue_id bigint PRIMARY KEY, vector {schema}.vector({size}) NOT NULL)
