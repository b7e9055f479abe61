-- Returns the $2 (int) rows of aura.{table} that are nearest to $1 (text: a vector).
SELECT catalogue_id AS id, vector OPERATOR({schema}.<->) $1::{schema}.vector AS distance
FROM aura.{table} ORDER BY vector OPERATOR({schema}.<->) $1::{schema}.vector LIMIT $2::int
