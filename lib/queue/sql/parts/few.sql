-- The rows with the status $1 (text), for {rows} of list.sql. OFFSET makes PostgreSQL look them up
-- before it sorts: see count_few_jobs.sql.
(SELECT * FROM {jobs} WHERE "status" = $1::text::{status} OFFSET 0)
