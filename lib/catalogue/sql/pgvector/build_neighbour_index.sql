-- Builds the HNSW index of aura.{table} while the table is in use.
CREATE INDEX CONCURRENTLY ON aura.{table} USING hnsw (vector {schema}.vector_l2_ops)
