-- The error of an abandoned run.
jsonb_build_object('code', 'lease_unsure', 'message', 'its worker could not be sure of the lease', 'retryable', true)
