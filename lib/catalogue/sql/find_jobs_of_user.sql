-- Returns the ids of the jobs of the user $1 (text).
SELECT "id"::text FROM {jobs} WHERE "userId"::text = $1
