-- Returns whether the jobs table has a fillfactor of its own. {jobs} is in a literal: the caller
-- doubles the single quotes.
SELECT EXISTS (SELECT FROM pg_class c, unnest(c.reloptions) AS option
               WHERE c.oid = '{jobs}'::regclass AND option LIKE 'fillfactor=%')
