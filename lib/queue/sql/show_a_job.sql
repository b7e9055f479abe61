-- Returns the job $1 (text: jobId) for people. Aliases are in lower case, because libpq lowers the
-- names of requested columns.
SELECT j."jobId"::text AS job_id, coalesce(j."status"::text, '') AS status, coalesce(j."progress", 0) AS progress,
       coalesce(j."trackTitle", '') AS track_title, coalesce(j."artistName", '') AS artist_name,
       coalesce(j."audioUrl", '') AS audio_url, j."hitFactor" AS hit_factor, j."audioScore" AS audio_score,
       j."lyricsScore" AS lyrics_score, j."brandScore" AS brand_score, j."marketScore" AS market_score,
       (SELECT round(bpm::numeric, 9)::float8
        FROM (VALUES (1, j."fullReport"::jsonb->'rhythm'->'bpm'), (2, j."fullReport"::jsonb->'features'->'tempo')) AS tempo (rank, bpm)
        WHERE CASE jsonb_typeof(bpm) WHEN 'number' THEN bpm::numeric BETWEEN 0 AND 1000 END
        ORDER BY rank LIMIT 1) AS tempo,
       j."processingTime" AS processing_time, j."errorMessage" AS error_message,
       to_char(j."createdAt"{created_utc}, {iso_ms}) AS created, to_char(j."completedAt"{completed_utc}, {iso_ms}) AS completed
FROM {jobs} j WHERE j."jobId" = $1
