"status" = 'completed', "progress" = 100, "hitFactor" = $2, "audioScore" = $3, "lyricsScore" = $4,
       "brandScore" = $5, "marketScore" = $6, "recommendations" = $7, "similarHits" = $8, "fullReport" = $9,
       "modelVersion" = left($10::text, {model_width}), "processingTime" = $11, "errorMessage" = NULL, "completedAt" = {completed_now}
