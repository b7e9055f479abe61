-- The columns {columns} of a job j in a list.
  coalesce(j."jobId"::text, '') AS job_id, coalesce(j."status"::text, '') AS status,
  coalesce(j."progress", 0) AS progress, coalesce(j."trackTitle", '') AS track_title,
  coalesce(j."artistName", '') AS artist_name,
  to_char(j."createdAt"{created_utc}, {iso_ms}) AS created, to_char(j."completedAt"{completed_utc}, {iso_ms}) AS completed,
  j."errorMessage" AS error_message
