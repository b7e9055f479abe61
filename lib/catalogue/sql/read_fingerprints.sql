-- Returns the fingerprints of the rows $1 (bigint[]).
SELECT catalogue_id AS id, fingerprint FROM aura.catalogue_fingerprint WHERE catalogue_id = ANY ($1::bigint[])
