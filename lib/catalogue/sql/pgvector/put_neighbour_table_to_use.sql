-- Replaces the table aura.{table} by aura.{new}, and tells all workers.
LOCK TABLE aura.catalogue_vector IN SHARE ROW EXCLUSIVE MODE;
DROP TABLE IF EXISTS aura.{table};
DELETE FROM aura.neighbour_table WHERE name = '{table}';
ALTER TABLE aura.{new} RENAME TO {table};
UPDATE aura.neighbour_table SET name = '{table}', filled = true WHERE name = '{new}';
SELECT pg_notify('aura_catalogue', '')
