-- Returns how many rows aura.{table} has.
SELECT count(*) FROM aura.{table}
