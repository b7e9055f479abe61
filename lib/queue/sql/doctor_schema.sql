-- Returns one row, also if schema aura is missing: whether it is present, and what the role may do
-- with it.
SELECT n.nspname IS NOT NULL AS present, coalesce(pg_has_role(n.nspowner, 'MEMBER'), false) AS is_owner,
       coalesce(has_schema_privilege(n.oid, 'USAGE') AND (
         SELECT bool_and(has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
                         AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'))
         FROM pg_class c WHERE c.relnamespace = n.oid AND c.relkind = 'r'), false) AS may_use,
       NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname = 'migration') AS is_empty,
       has_database_privilege(current_database(), 'CREATE') AS may_create,
       quote_ident(current_user) AS role, quote_ident(current_database()) AS database
FROM (SELECT) AS one LEFT JOIN pg_namespace n ON n.nspname = 'aura'
