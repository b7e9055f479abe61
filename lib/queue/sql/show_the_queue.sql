-- Returns how many jobs have each status. Reads the whole table.
SELECT "status"::text, count(*) FROM {jobs} GROUP BY 1
