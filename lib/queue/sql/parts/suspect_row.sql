WITH {suspect} SELECT j.ctid::text FROM {jobs} j JOIN suspect s ON s."id" = j."id"
