-- Whether the link c (aura.job_content) is of the job's last completion. A worker of an older release
-- makes no links.
NOT EXISTS (SELECT FROM aura.run r WHERE r.job_id = c.job_id AND r.id > c.run_id AND r.state = 'completed')
