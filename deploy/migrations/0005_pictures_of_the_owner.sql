-- The owner of the history may write pictures too, whoever created their table. No list of grants names an owner.
-- Oldest release: 0.1.0
DO $$
BEGIN
  EXECUTE 'GRANT SELECT, INSERT, UPDATE, DELETE ON aura.pictures TO ' ||
          (SELECT quote_ident(pg_get_userbyid(relowner)) FROM pg_class WHERE oid = 'aura.run'::regclass);
END $$;
