-- An empty CTE suspect, for a claim of a known row.
suspect AS MATERIALIZED (SELECT "id" FROM {jobs} WHERE false)
