-- Returns how many bytes the stored parts take.
SELECT coalesce(sum({row_bytes}), 0)::bigint FROM aura.measurement
