-- $1 user, $2 jobId, $3 title, $4 artist, $5 genre, $6 URL, $7 lyrics.
INSERT INTO {jobs} ("id", "userId", "jobId", "status", "trackTitle", "artistName", "genre", "audioUrl", "lyricsText",
                    "createdAt", "updatedAt")
VALUES ({new_id}, $1, $2, 'queued', $3, $4, $5, $6, $7, {created_now}, {now})
