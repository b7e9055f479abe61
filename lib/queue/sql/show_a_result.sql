-- Returns the result of the completed job $1 (text: jobId) as a JSON object for the front end.
SELECT json_build_object(
  'jobId', "jobId", 'status', "status"::text, 'trackTitle', "trackTitle", 'artistName', "artistName", 'genre', "genre",
  'audioUrl', "audioUrl", 'artworkUrl', "artworkUrl", 'hitFactor', "hitFactor",
  'scores', json_build_object('overall', "hitFactor", 'audio', "audioScore", 'lyrics', "lyricsScore",
                              'brand', "brandScore", 'market', "marketScore"),
  'recommendations', "recommendations"::jsonb, 'similarHits', "similarHits"::jsonb, 'modelVersion', "modelVersion",
  'processingTime', "processingTime", 'completedAt', to_char("completedAt"{completed_utc}, {iso_ms}))
FROM {jobs} WHERE "jobId" = $1 AND "status" = 'completed'
