-- How many bytes a row of aura.measurement takes, as it is stored.
pg_column_size(measured) + 150
