-- Returns the effect of row-level security on the table $1 (text, quoted) for the connection's
-- role: whether it is active, may_see and may_update (some policy allows rows), leaves_all
-- (policies allow every row).
SELECT row_security_active(c.oid) AS active,
       coalesce(bool_or(p.polpermissive AND p.polcmd IN ('r', '*')), false) AS may_see,
       coalesce(bool_or(p.polpermissive AND p.polcmd IN ('w', '*')), false) AS may_update,
       coalesce(bool_or(p.polpermissive AND p.polcmd IN ('r', '*') AND p.is_true), false)
         AND coalesce(bool_or(p.polpermissive AND p.polcmd IN ('w', '*') AND p.is_true), false)
         AND coalesce(bool_and(p.polpermissive), true) AS leaves_all
FROM pg_class c LEFT JOIN LATERAL (
  SELECT polpermissive, polcmd, pg_get_expr(polqual, polrelid) = 'true'
           AND coalesce(pg_get_expr(polwithcheck, polrelid), 'true') = 'true' AS is_true
  FROM pg_policy WHERE polrelid = c.oid
    AND EXISTS (SELECT FROM unnest(polroles) AS r (oid) WHERE CASE r.oid WHEN 0 THEN true ELSE pg_has_role(r.oid, 'USAGE') END)
) p ON true
WHERE c.oid = $1::regclass GROUP BY c.oid
