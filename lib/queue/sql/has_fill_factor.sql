SELECT EXISTS (SELECT FROM pg_class c, unnest(c.reloptions) AS option
               WHERE c.oid = '{jobs}'::regclass AND option LIKE 'fillfactor=%')
