-- Returns the rights of the connection's role on the table $2 of schema $1 (text, without quotes),
-- and the table's owner.
SELECT current_user AS role, quote_ident(current_user) AS quoted_role,
       has_table_privilege(c.oid, 'SELECT') AS may_select, has_any_column_privilege(c.oid, 'UPDATE') AS may_update,
       pg_has_role(c.relowner, 'MEMBER') AS is_owner, quote_ident(o.rolname) AS owner,
       pg_relation_size(c.oid) > 0 AS has_pages,
       coalesce(has_schema_privilege(c.relowner, to_regnamespace('aura')::oid, 'USAGE'), true) AS owner_may_migrate,
       has_schema_privilege(n.oid, 'USAGE') AS may_enter, quote_ident(n.nspname) AS schema
FROM pg_class c JOIN pg_roles o ON o.oid = c.relowner JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relname = $2
