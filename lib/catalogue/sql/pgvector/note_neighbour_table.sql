-- From now on the trigger keeps the table $1 (text: its name in schema aura), of vectors of kind $2 (text) and version
-- $3 (int) that lie in the space $4 (text).
INSERT INTO aura.neighbour_table (name, kind, version, space, mean, deviation)
VALUES ($1::text, $2::text, $3::int, $4::text, string_to_array(split_part($4::text, E'\n', 2), ' ')::float8[],
        string_to_array(split_part($4::text, E'\n', 3), ' ')::float8[])
