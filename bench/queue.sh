#!/bin/bash
# Measures the queue on a private PostgreSQL: what a claim costs on a small and on a large table, and how long an
# inserted job waits for an idle worker. Prints the tables that README.md holds.
#
#   bench/queue.sh [QUEUED [FINISHED]]     rows of the large table; 1000000 and 10000000
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/prepare.sh
. bench/prepare.sh

build_release aura aura-bench-claim
start_database
psql() {
  command psql -XAtq -v ON_ERROR_STOP=1 -d "$DATABASE_URL" "$@"
}

"$bin/bench/aura-bench-claim" "$DATABASE_URL" "${1-1000000}" "${2-10000000}"

psql -c 'DROP TABLE public.small, public.large'
"$bin/app/aura" migrate --with-queue-table >/dev/null
PORT=0 LOG_FORMAT=json "$bin/app/aura" worker 2>worker.log &
beside+=($!)
until grep -q 'woken by new jobs' worker.log; do kill -0 $!; done
# Paced, each insert a transaction of its own; a URL that is none fails at once.
for n in {1..200}; do
  echo "INSERT INTO public.\"AuraAnalysis\" (\"id\", \"userId\", \"jobId\", \"status\", \"trackTitle\", \"artistName\",
    \"audioUrl\", \"notes\", \"updatedAt\")
    VALUES ('wake$n', 'user', 'wake$n', 'queued', 'T', 'A', 'none', clock_timestamp()::text, now());
    SELECT pg_sleep(0.02 + random() * 0.05);"
done | psql >/dev/null
until [[ $(psql -c "SELECT count(*) FROM aura.run WHERE job_id LIKE 'wake%' AND state = 'failed'") == 200 ]]; do :; done
echo
echo '| ms from insert until the claim begins, worker idle | median | 95th percentile | longest |'
echo '|---|---:|---:|---:|'
psql -F ' | ' -c "SELECT '| woken by notification', median, p95, longest || ' |' FROM (
  SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)::numeric, 1) AS median,
         round(percentile_cont(0.95) WITHIN GROUP (ORDER BY ms)::numeric, 1) AS p95, round(max(ms)::numeric, 1) AS longest
  FROM (SELECT extract(epoch FROM r.started_at - j.\"notes\"::timestamptz) * 1000 AS ms
        FROM aura.run r JOIN public.\"AuraAnalysis\" j ON j.\"id\" = r.job_id) AS wait) AS figures"
