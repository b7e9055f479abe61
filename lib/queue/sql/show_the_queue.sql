SELECT "status"::text, count(*) FROM {jobs} GROUP BY 1
