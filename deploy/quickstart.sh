#!/bin/bash
# From a checkout to analysed tracks: installs what is missing, builds, starts a private PostgreSQL, enqueues
# the music, runs a worker until all of it is done, and shows the results.
#
#   deploy/quickstart.sh [FILE|URL...] [--keep]   without music: the sample tracks
#   deploy/quickstart.sh --stop                   ends what --keep left running
#
#   --keep   leave the database and the worker running
set -euo pipefail
called_from=$PWD
cd "$(dirname "$0")/.."
checkout=$PWD
home=$checkout/build/quickstart
aura=$checkout/build/release/app/aura

usage() {
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$checkout/deploy/quickstart.sh"
  exit "$1"
}

die() {
  echo "quickstart.sh: $*" >&2
  exit 1
}

# The process id of a worker that --keep left running; nothing if there is none.
kept_worker() {
  local pid
  pid=$(cat "$home/worker.pid" 2>/dev/null) || return 0
  # A number may have gone to another program meanwhile; a binary that was built anew reads "... (deleted)".
  if [[ $(readlink "/proc/$pid/exe") == "$aura"* ]]; then echo "$pid"; fi
}

# Unlike kill -0, not fooled by one that has ended and that nobody has waited for.
alive() {
  readlink "/proc/$1/exe" >/dev/null
}

# Asks process `$1` to stop, and waits until it has.
end() {
  kill "$1" 2>/dev/null || return 0
  while alive "$1"; do sleep 0.05; done
}

stop_all() {
  local pid
  for pid in ${worker-} $(kept_worker); do end "$pid"; done
  rm -f "$home/worker.pid"
  "$checkout/deploy/postgres.sh" stop "$home/database"
}

clean_up() {
  trap '' INT TERM HUP
  local pid
  for pid in ${follower-} ${server-}; do end "$pid"; done
  rm -rf "$home/served"
  if [[ ! $keep ]]; then stop_all; fi
}

# Enqueues `$1`, a FILE or a URL, with title, artist and genre, and notes its jobId in `jobs`.
enqueue() {
  local url=$1
  if [[ $url != *://* ]]; then
    # A copy, since the server follows no link out of its folder, under a name that is plain in a URL.
    local name=${#jobs[@]}.${1##*.}
    cp "$1" "$home/served/$name"
    url=http://127.0.0.1:$port/$name
  fi
  jobs+=("$("$aura" enqueue "$url" --title "$2" --artist "$3" ${4:+--genre "$4"})")
}

keep=
stop=
music=()
for argument in "$@"; do
  case $argument in
    --keep) keep=yes ;;
    --stop) stop=yes ;;
    -h | --help) usage 0 ;;
    -*) usage 2 >&2 ;;
    *://*) music+=("$argument") ;;
    *)
      file=$(cd "$called_from" && realpath -e "$argument") || exit
      [[ -f $file && -r $file ]] || die "$argument is not a file that can be read"
      music+=("$file")
      ;;
  esac
done

mkdir -p "$home"
exec {lock}>"$home/lock"
flock --nonblock "$lock" || die "it is running already, in another terminal"

if [[ $stop ]]; then
  stop_all
  echo "Stopped. The data is still in $home; to be rid of it: deploy/postgres.sh remove build/quickstart/database"
  exit
fi

deploy/install.sh build runtime database
if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
cmake --preset release --log-level=WARNING >"$home/cmake.log" || { cat "$home/cmake.log"; exit 1; }
cmake --build --preset release --target aura aura-serve

# No .env of the checkout may point elsewhere.
cd "$home"
unset AURA_TABLE
# The web server below, beside what is public.
export AURA_ALLOW_HOSTS=127.0.0.1
worker=$(kept_worker)
if [[ $worker ]]; then keep=yes; fi
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

# What goes on running must not hold the lock.
DATABASE_URL=$("$checkout/deploy/postgres.sh" start database --durable {lock}>&-)
export DATABASE_URL
"$aura" migrate --with-queue-table

rm -rf served port
mkdir served
"$checkout/build/release/tests/support/aura-serve" served --port-file port >serve.log 2>&1 {lock}>&- &
server=$!
until [[ -s port ]]; do
  alive "$server" || die "the web server does not start: see $home/serve.log"
  sleep 0.05
done
port=$(cat port)

jobs=()
if ((${#music[@]} > 0)); then
  for item in "${music[@]}"; do
    title=${item%%[?#]*}
    title=${title##*/}
    enqueue "$item" "${title%.*}" "Unknown artist"
  done
else
  samples=$checkout/tests/data/music
  while IFS=, read -r file _ _ _ title artist genre; do
    enqueue "$samples/$file" "$title" "$artist" "$genre"
  done < <(tail -n +2 "$samples/truth.csv")
fi

started=
http_port=${PORT:-0}
if [[ $keep ]]; then http_port=${PORT:-8080}; fi
if [[ ! $worker ]]; then
  # In a session of its own: Ctrl-C and a closed terminal are for this script to pass on.
  PORT=$http_port SHUTDOWN_GRACE=${SHUTDOWN_GRACE:-5} setsid "$aura" worker >>worker.log 2>&1 {lock}>&- &
  worker=$!
  started=$worker
  echo "$worker" >worker.pid
fi
echo
"$aura" status --wait "${jobs[@]}" &
follower=$!
outcome=0
# shellcheck disable=SC2086
wait -n "$follower" $started || outcome=$?
alive "$worker" || die "the worker has ended: see $home/worker.log"

picture=${music[0]-$checkout/tests/data/music/northbound.mp3}
echo
if [[ -f $picture ]] && "$aura" report "$picture" -o "$home/report.html"; then
  echo "A page about ${picture##*/}: $home/report.html"
fi
cat <<END
The rows are in the table "AuraAnalysis", the worker's log in $home/worker.log.
Next track:     deploy/quickstart.sh FILE|URL...
END
if [[ $keep ]]; then
  cat <<END
The database and the worker go on running:
  export DATABASE_URL='$DATABASE_URL'
  alias aura=$aura
Enqueue:        aura enqueue URL --title T --artist A --wait
The queue:      aura status, or http://localhost:$http_port in a browser
One result:     psql "\$DATABASE_URL" -xc 'SELECT * FROM "AuraAnalysis" LIMIT 1'
End them:       deploy/quickstart.sh --stop
END
else
  cat <<END
The database and the worker are stopped now; with --keep they go on running, and this shows the rows:
  psql '$DATABASE_URL' -c 'TABLE "AuraAnalysis"'
Without a database:  build/release/app/aura analyze FILE|URL...
A page on a track:   build/release/app/aura report FILE|URL -o report.html
END
fi
((outcome == 0))
