#!/bin/bash
# Measures the queue on a private PostgreSQL: what a claim costs on a small and on a large table, and how long an
# inserted job waits for an idle worker. Prints the tables that README.md holds.
#
#   bench/queue.sh [QUEUED [FINISHED]]     rows of the large table; 1000000 and 10000000
set -euo pipefail
cd "$(dirname "$0")/.."
home=$PWD/build/bench

if [[ ${1-} == -* ]]; then
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' bench/queue.sh
  [[ $1 == -h || $1 == --help ]] && exit 0
  exit 2
fi

clean_up() {
  if [[ ${worker-} ]]; then kill "$worker" || true; fi
  deploy/postgres.sh remove "$home/queue-database"
}

deploy/install.sh build runtime database
mkdir -p "$home"
if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
cmake --preset release --log-level=WARNING >"$home/cmake.log" || { cat "$home/cmake.log"; exit 1; }
cmake --build --preset release --target aura aura-bench-claim >&2

deploy/postgres.sh remove "$home/queue-database"
trap clean_up EXIT
DATABASE_URL=$(deploy/postgres.sh start "$home/queue-database")
export DATABASE_URL
psql() {
  command psql -XAtq -v ON_ERROR_STOP=1 -d "$DATABASE_URL" "$@"
}

build/release/bench/aura-bench-claim "$DATABASE_URL" "${1-1000000}" "${2-10000000}"

psql -c 'DROP TABLE public.small, public.large'
build/release/app/aura migrate --with-queue-table >/dev/null
PORT=0 LOG_FORMAT=json build/release/app/aura worker 2>"$home/worker.log" &
worker=$!
until grep -q 'woken by new jobs' "$home/worker.log"; do kill -0 "$worker"; done
# Paced, each insert a transaction of its own; a URL that is none fails at once.
for n in {1..200}; do
  echo "INSERT INTO public.\"AuraAnalysis\" (\"id\", \"userId\", \"jobId\", \"status\", \"trackTitle\", \"artistName\",
    \"audioUrl\", \"notes\", \"updatedAt\")
    VALUES ('wake$n', 'user', 'wake$n', 'queued', 'T', 'A', 'none', clock_timestamp()::text, now());
    SELECT pg_sleep(0.02 + random() * 0.05);"
done | psql >/dev/null
until [[ $(psql -c "SELECT count(*) FROM aura.run WHERE job_id LIKE 'wake%' AND state = 'failed'") == 200 ]]; do :; done
echo
echo '| ms from insert to claim, worker idle | median | 95th percentile | longest |'
echo '|---|---:|---:|---:|'
psql -F ' | ' -c "SELECT '| woken by notification', median, p95, longest || ' |' FROM (
  SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)::numeric, 1) AS median,
         round(percentile_cont(0.95) WITHIN GROUP (ORDER BY ms)::numeric, 1) AS p95, round(max(ms)::numeric, 1) AS longest
  FROM (SELECT extract(epoch FROM r.started_at - j.\"notes\"::timestamptz) * 1000 AS ms
        FROM aura.run r JOIN public.\"AuraAnalysis\" j ON j.\"id\" = r.job_id) AS wait) AS figures"
