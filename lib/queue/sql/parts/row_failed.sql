-- What a failure writes to a job's row: $2 (text) message, $4 (int) percent.
"status" = 'failed', "errorMessage" = left($2::text, {error_width}), "progress" = greatest(j."progress", $4::int)
