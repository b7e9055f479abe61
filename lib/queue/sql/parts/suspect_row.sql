-- Locks the job of suspect.sql for the worker $1 (text) and returns its ctid.
WITH {suspect} SELECT j.ctid::text FROM {jobs} j JOIN suspect s ON s."id" = j."id"
