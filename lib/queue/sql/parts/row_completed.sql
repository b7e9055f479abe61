-- What a completion writes to a job's row: $2 to $6 (float8) scores, $7 to $9 (JSON)
-- recommendations, hits and report, $10 (text) model, $11 (int) processing time in ms.
"status" = 'completed', "progress" = 100, "hitFactor" = $2, "audioScore" = $3, "lyricsScore" = $4,
       "brandScore" = $5, "marketScore" = $6, "recommendations" = $7, "similarHits" = $8, "fullReport" = $9,
       "modelVersion" = left($10::text, {model_width}), "processingTime" = $11, "errorMessage" = NULL, "completedAt" = {completed_now}
