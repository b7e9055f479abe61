-- As the session would have them without anything that it has set itself.
SELECT coalesce(string_agg(name || ' is ' || reset_val || coalesce(unit, ''), ', ' ORDER BY name), '') FROM pg_settings
WHERE name IN ('statement_timeout', 'lock_timeout', 'transaction_timeout') AND reset_val <> '0'
