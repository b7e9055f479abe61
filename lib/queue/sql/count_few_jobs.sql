-- Returns whether at most 10,000 rows have the status $1 (text). Such rows are looked up and
-- sorted. Otherwise the planner, which expects each status to be spread over all times, might read
-- millions of other rows before the newest of them.
SELECT count(*) <= 10000 FROM (SELECT FROM {jobs} WHERE "status" = $1::text::{status} LIMIT 10001) counted
