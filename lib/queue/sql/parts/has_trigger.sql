-- Returns whether a trigger of the jobs table calls the function {function} of schema aura. {jobs}
-- is in a literal: the caller doubles the single quotes.
SELECT EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace n ON n.oid = p.pronamespace
               WHERE t.tgrelid = '{jobs}'::regclass AND p.proname = '{function}' AND n.nspname = 'aura')
