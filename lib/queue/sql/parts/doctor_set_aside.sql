SELECT {name} AS name, s.statement, s.reason, s.tries, count(*) OVER () AS all
FROM aura.set_aside s {join} ORDER BY s.since, s.job_id LIMIT {most}
