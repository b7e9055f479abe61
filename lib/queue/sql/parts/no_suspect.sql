-- Where it is known already which row is meant.
suspect AS MATERIALIZED (SELECT "id" FROM {jobs} WHERE false)
