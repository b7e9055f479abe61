-- Returns the {most} jobs that were set aside first: name, statement, reason and tries, and how
-- many jobs there are in all. {name} is SQL for the name, {join} a join that it needs.
SELECT {name} AS name, s.statement, s.reason, s.tries, count(*) OVER () AS all
FROM aura.set_aside s {join} ORDER BY s.since, s.job_id LIMIT {most}
