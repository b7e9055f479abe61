-- Returns whether the tables of the catalogue exist, and the present in microseconds.
SELECT to_regclass('aura.space') IS NOT NULL AS exists, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now_us
