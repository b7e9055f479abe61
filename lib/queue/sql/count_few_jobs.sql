-- A status that few have is looked up and sorted: the newest of them may lie behind millions of
-- others, which the planner, taking it that each status is spread over all times, would go through.
-- OFFSET keeps it from that.
SELECT count(*) <= 10000 FROM (SELECT FROM {jobs} WHERE "status" = $1::text::{status} LIMIT 10001) counted
