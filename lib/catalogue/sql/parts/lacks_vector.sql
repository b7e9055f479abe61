-- Whether c, a row of aura.catalogue, lacks one of the vectors $1 (json: an array of {kind, version, bytes}).
EXISTS (SELECT FROM json_to_recordset($1::json) AS w(kind text, version int, bytes int)
        WHERE NOT EXISTS (SELECT FROM aura.catalogue_vector v WHERE v.catalogue_id = c.id AND v.kind = w.kind
                          AND v.version = w.version AND octet_length(v.vector) = w.bytes))
