"status" = 'failed', "errorMessage" = left($2::text, {error_width}), "progress" = greatest(j."progress", $4::int)
