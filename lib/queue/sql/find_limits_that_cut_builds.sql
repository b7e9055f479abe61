-- Returns the limits that may stop the building of an index, "NAME is VALUE, …"; empty if there are
-- none. Reads the session's initial values, without its own SET.
SELECT coalesce(string_agg(name || ' is ' || reset_val || coalesce(unit, ''), ', ' ORDER BY name), '') FROM pg_settings
WHERE name IN ('statement_timeout', 'lock_timeout', 'transaction_timeout') AND reset_val <> '0'
