-- A build in another session holds this lock on the table; so does an autovacuum, which ends.
SELECT i.indisvalid,
       EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'relation' AND l.relation = i.indrelid
               AND l.mode = 'ShareUpdateExclusiveLock' AND l.pid <> pg_backend_pid()) AS busy
FROM pg_index i WHERE i.indexrelid = to_regclass($1)
