"status" = 'queued', "progress" = 0
