-- Returns whether the index $1 (text, qualified and quoted) is valid and busy; no row if there is
-- none. Busy: another session builds it, or an autovacuum runs, which ends soon. Both hold this
-- lock on the table.
SELECT i.indisvalid,
       EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'relation' AND l.relation = i.indrelid
               AND l.mode = 'ShareUpdateExclusiveLock' AND l.pid <> pg_backend_pid()) AS busy
FROM pg_index i WHERE i.indexrelid = to_regclass($1)
