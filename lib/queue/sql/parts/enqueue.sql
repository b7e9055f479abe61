-- Inserts a queued job. All are text: $1 userId, $2 jobId, $3 title, $4 artist, $5 genre or NULL,
-- $6 URL, $7 lyrics or NULL. {new_id} is SQL for the "id".
INSERT INTO {jobs} ("id", "userId", "jobId", "status", "trackTitle", "artistName", "genre", "audioUrl", "lyricsText",
                    "createdAt", "updatedAt")
VALUES ({new_id}, $1, $2, 'queued', $3, $4, $5, $6, $7, {created_now}, {now})
