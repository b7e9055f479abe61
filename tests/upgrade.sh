#!/bin/bash
# An older release and the one of this working tree on one database, as during a rolling upgrade and a roll-back: the older
# one makes the tables and works; workers of both go on beside each other; one is killed every two seconds and comes back
# as the other release; at the end the older one works alone on what the newer one has made. Each job must be completed
# once, and have its pictures. Builds both.
#
#   tests/upgrade.sh REF [JOBS]      REF: a commit, a tag; JOBS: 400
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ ! ${1-} || $1 == -* ]]; then
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"
  [[ ${1-} == --help ]] && exit 0
  exit 2
fi
commit=$(git rev-parse --verify --quiet "$1^{commit}") || { echo "upgrade.sh: there is no commit $1" >&2; exit 1; }
jobs=${2:-400}
kills=12

deploy/install.sh build runtime database
if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi

folder=$PWD/build/upgrade
older=$folder/$commit
mkdir -p "$folder"
build() {
  (cd "$1" && cmake --preset release >/dev/null && cmake --build --preset release --target aura) >"$folder/build.log" 2>&1 ||
    { tail -n 20 "$folder/build.log" >&2; exit 1; }
}
if [[ ! -e $older ]]; then
  git worktree prune # a folder that was deleted
  git worktree add --quiet --detach "$older" "$commit"
fi
build "$older"
build "$PWD"
programs=("$older/build/release/app/aura" "$PWD/build/release/app/aura")

database=$folder/database
workers=()
server=
# shellcheck disable=SC2317 # by the trap
clean_up() {
  ((${#workers[@]} == 0)) || kill -KILL "${workers[@]}" 2>/dev/null || true
  [[ ! $server ]] || kill "$server" 2>/dev/null || true
  deploy/postgres.sh remove "$database"
}
trap clean_up EXIT
deploy/postgres.sh remove "$database"
DATABASE_URL=$(deploy/postgres.sh start "$database")
export DATABASE_URL AURA_ALLOW_HOSTS=127.0.0.1 PORT=0 WORKER_THREADS=2 LEASE=2 POLL_INTERVAL=0.2 MAX_RETRIES=100 MAX_CRASHES=3
query() { psql -XAtqv ON_ERROR_STOP=1 "$DATABASE_URL" -c "$1"; }

"${programs[0]}" migrate --with-queue-table >/dev/null
coproc files { exec python3 -u -m http.server 0 --bind 127.0.0.1 --directory tests/data/music 2>/dev/null; }
# shellcheck disable=SC2154 # bash sets it
server=$files_PID
read -r line <&"${files[0]}" # Serving HTTP on 127.0.0.1 port 12345 …
port=${line#*port }
port=${port%% *}
query "CREATE TABLE completion (id text);
  CREATE FUNCTION note_completion() RETURNS trigger LANGUAGE plpgsql AS
    \$\$ BEGIN INSERT INTO completion VALUES (NEW.id); RETURN NEW; END \$\$;
  CREATE TRIGGER note_completion AFTER UPDATE ON \"AuraAnalysis\" FOR EACH ROW WHEN (NEW.status = 'completed')
    EXECUTE FUNCTION note_completion()"
# insert FIRST LAST: queues jobs of these numbers, and one in twenty that can't be had.
insert() {
  query "INSERT INTO \"AuraAnalysis\" (id, \"userId\", \"jobId\", status, \"trackTitle\", \"artistName\", \"audioUrl\", \"updatedAt\")
    SELECT 'job' || n, 'user' || n, 'job' || n, 'queued', 'Title', 'Artist',
           'http://127.0.0.1:$port/' || CASE WHEN n % 20 = 0 THEN 'missing' ELSE 'northbound' END || '.mp3',
           now() AT TIME ZONE 'UTC' FROM generate_series($1, $2) n"
}
# drain: waits until nothing is queued or under way.
drain() {
  local deadline=$((SECONDS + 300))
  until [[ $(query "SELECT count(*) FROM \"AuraAnalysis\" WHERE status IN ('queued', 'processing')") == 0 ]]; do
    if ((SECONDS > deadline)); then
      echo "upgrade.sh: jobs are left after five minutes; the workers' logs are in $folder" >&2
      exit 1
    fi
    sleep 0.5
  done
}
# stop: ends all workers, which must end well.
stop() {
  kill -TERM "${workers[@]}"
  for worker in "${workers[@]}"; do wait "$worker"; done
  workers=()
}
insert 1 "$jobs"

# start_worker RELEASE: 0 the older, 1 the newer
start_worker() {
  "${programs[$1]}" worker >>"$folder/worker.$1.log" 2>&1 &
  workers+=($!)
}
rm -f "$folder"/worker.*.log
# Every job is measured and stored, since no two have the same user. The older release may know no such setting.
export CACHE=user
# A worker that is killed between an outcome and the store leaves its job without pictures.
killed=()
start_worker 0
start_worker 0
for ((kill = 0; kill < kills; ++kill)); do
  sleep 2 # the pace of it, nothing is waited for
  kill -KILL "${workers[0]}"
  killed+=("%-${workers[0]}-%")
  wait "${workers[0]}" 2>/dev/null || true
  workers=("${workers[@]:1}")
  start_worker $(((kill + 1) % 2))
done
drain
for release in 0 1; do # whichever is left, both must end well
  start_worker "$release"
done
sleep 2
stop
# The roll-back.
rolled_back=$((jobs / 10))
insert $((jobs + 1)) $((jobs + rolled_back))
start_worker 0
drain
stop
all=$((jobs + rolled_back))
failed=$((all / 20))

outcome=$(query "SELECT (SELECT count(*) FROM \"AuraAnalysis\" WHERE status = 'completed'), (SELECT count(*) FROM completion),
  (SELECT count(DISTINCT id) FROM completion), (SELECT count(*) FROM aura.run WHERE state = 'running'),
  (SELECT count(*) FROM aura.gate), (SELECT count(*) FROM aura.set_aside),
  (SELECT count(*) FROM \"AuraAnalysis\" WHERE status = 'failed'),
  (SELECT count(*) FROM \"AuraAnalysis\" j JOIN aura.run r ON r.job_id = j.id AND r.state = 'completed'
   WHERE r.worker_id NOT LIKE ALL (string_to_array('$(IFS=,; echo "${killed[*]}")', ','))
     AND NOT EXISTS (SELECT FROM aura.pictures p WHERE p.job_id = j.id)
     AND NOT EXISTS (SELECT FROM aura.job_content c JOIN aura.measurement m USING (content_key)
                     WHERE c.job_id = j.id AND m.part = 'pictures')),
  (SELECT count(*) > 0 FROM aura.run WHERE state = 'lost')")
echo "completed|completions|of different jobs|runs left|gates left|set aside|failed|without pictures|some rescued: $outcome"
for release in 0 1; do
  echo "completed by the $( ((release == 0)) && echo older || echo newer) release: $(grep -c ' completed attempt=' "$folder/worker.$release.log")"
done
completed=$((all - failed))
[[ $outcome == "$completed|$completed|$completed|0|0|0|$failed|0|t" ]]
