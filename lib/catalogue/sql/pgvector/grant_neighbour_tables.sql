-- Roles that may use the catalogue may use aura.{table}. So may the owner of the catalogue.
DO $$
DECLARE
  role text;
BEGIN
  FOR role IN SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
              FROM pg_class c, aclexplode(c.relacl) a
              WHERE c.oid = 'aura.catalogue_vector'::regclass AND a.privilege_type = 'SELECT' AND a.grantee <> c.relowner
              UNION SELECT quote_ident(pg_get_userbyid(relowner)) FROM pg_class
              WHERE oid = 'aura.catalogue_vector'::regclass
  LOOP
    EXECUTE 'GRANT SELECT ON aura.neighbour_table TO ' || role;
    EXECUTE 'GRANT SELECT, INSERT, UPDATE, DELETE ON aura.{table} TO ' || role;
  END LOOP;
END $$
