-- As find_neighbours, among the rows with one of the genres $3 (text: a JSON array; NULL: any) and a tempo from $4 to
-- $5 (real; NULL: any).
SELECT n.catalogue_id AS id, n.vector OPERATOR({schema}.<->) $1::{schema}.vector AS distance
FROM aura.{table} n JOIN aura.catalogue c ON c.id = n.catalogue_id
WHERE ($3::json IS NULL OR c.genre = ANY (ARRAY(SELECT json_array_elements_text($3::json))))
  AND ($4::real IS NULL OR c.tempo_bpm >= $4::real) AND ($5::real IS NULL OR c.tempo_bpm <= $5::real)
ORDER BY n.vector OPERATOR({schema}.<->) $1::{schema}.vector LIMIT $2::int
