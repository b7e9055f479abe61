#!/bin/bash
# From a checkout to analysed tracks: installs what is missing, builds, starts a private PostgreSQL, enqueues
# the music, runs a worker until all of it is done, and shows the results.
#
#   deploy/quickstart.sh [FILE|URL...] [--keep] [--no-models]   without music: the sample tracks
#   deploy/quickstart.sh --stop                                 ends what --keep left running
#
#   --keep        leave the database and the worker running, with a page at port PORT (8080)
#   --no-models   fetch no neural model (29 MB), so that tracks get no genre and mood
set -euo pipefail
called_from=$PWD
cd "$(dirname "$0")/.."
checkout=$PWD
home=$checkout/build/quickstart
aura=$checkout/build/release/app/aura
# For commands that are printed: what leads to the checkout from where the caller is.
there=
[[ $called_from == "$checkout" ]] || printf -v there '%q/' "$checkout"

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

# "PORT INODE" of each TCP socket that listens, the port in hexadecimal.
listening() {
  { cat /proc/net/tcp /proc/net/tcp6 2>/dev/null || true; } | awk '$4 == "0A" { sub(".*:", "", $2); print $2, $10 }'
}

is_taken() {
  listening | grep "^$(printf %04X "$1") " >/dev/null
}

# The port that process `$1` listens on; nothing if it listens on none.
port_of() {
  local sockets port inode
  sockets=$(readlink "/proc/$1/fd/"*) || true # one that is closed meanwhile
  while read -r port inode; do
    if grep -qxF "socket:[$inode]" <<<"$sockets"; then
      echo $((16#$port))
      return
    fi
  done < <(listening)
}

# Ends the script if port `$1`, for the page, is none or another program has it. Further arguments are the script's.
check_port() {
  [[ $1 =~ ^(0|[1-9][0-9]{0,4})$ && $1 -lt 65536 ]] || die "PORT must be a number from 0 to 65535, not '$1'"
  is_taken "$1" || return 0
  local free=$1
  while is_taken "$free"; do free=$((free % 65535 + 1)); done
  die "port $1 is taken by another program. Choose another: PORT=$free ${there}deploy/quickstart.sh$(printf ' %q' "${@:2}")"
}

stop_all() {
  local pid
  for pid in ${worker-} $(kept_worker); do end "$pid"; done
  rm -f "$home/worker.pid"
  if [[ -e $home/database/cluster ]]; then "$checkout/deploy/postgres.sh" stop "$home/database"; fi
}

clean_up() {
  trap '' INT TERM HUP
  local pid
  for pid in ${follower-} ${watch-} ${server-}; do end "$pid"; done
  rm -rf "$home/served"
  if [[ ! $keep ]]; then stop_all; fi
}

# `$1` as one part of a URL's path.
encode() {
  local LC_ALL=C text=$1 encoded='' i byte
  for ((i = 0; i < ${#text}; i++)); do
    byte=${text:i:1}
    [[ $byte == [A-Za-z0-9._~-] ]] || printf -v byte '%%%02X' "'$byte"
    encoded+=$byte
  done
  echo "$encoded"
}

# Fetches the models to a folder of the checkout, where it can, and has what follows use them or not.
fetch_models() {
  export AURA_MODELS=$home/models
  if [[ ! $models ]]; then AURA_MODELS=$home/no-models; fi
  # The worker refuses a folder that isn't there.
  install --directory --mode=755 "$AURA_MODELS"
  if [[ $models && ! -e $AURA_MODELS/musicnn.safetensors ]] && ! timeout 300 "$aura" models fetch musicnn; then
    echo "Tracks get no genre and mood: these need the model that could not be fetched."
  fi
}

# The title of `$1`, a FILE or a URL: its name without the extension.
title_of() {
  local name=$1 title
  if [[ $name == *://* ]]; then
    name=${name%%[?#]*}
    name=${name%/}
  fi
  name=${name##*/}
  title=${name%.*}
  # A name may be any bytes, a title is UTF-8.
  iconv -c -f utf-8 -t utf-8 <<<"${title:-$name}" || true
}

# Enqueues `$1`, a FILE or a URL, with title, artist and genre, and notes its jobId in `jobs`.
enqueue() {
  local url=$1
  if [[ $url != *://* ]]; then
    # A copy, since the server follows no link out of its folder.
    local folder=served/${#jobs[@]} name=${1##*/}
    mkdir "$folder"
    cp "$1" "$folder/$name"
    url=http://127.0.0.1:$port/${#jobs[@]}/$(encode "$name")
  fi
  local job
  if ! job=$("$aura" enqueue "$url" --title="$2" --artist="$3" ${4:+--genre="$4"}); then
    ((${#jobs[@]} == 0)) || "$aura" cancel "${jobs[@]}" # it is all or nothing
    exit 1
  fi
  jobs+=("$job")
}

keep=
stop=
models=yes
music=()
for argument in "$@"; do
  case $argument in
    --keep) keep=yes ;;
    --stop) stop=yes ;;
    --no-models) models= ;;
    -h | --help) usage 0 ;;
    -*) usage 2 >&2 ;;
    *://*) music+=("$argument") ;;
    *)
      file=$argument
      [[ $file == /* ]] || file=$called_from/$file
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
  echo "The database and the worker are stopped."
  if [[ -e $home/database/cluster ]]; then
    echo "The rows stay. To be rid of them: ${there}deploy/postgres.sh remove ${there}build/quickstart/database"
  fi
  exit
fi

http_port=0
if [[ $(kept_worker) ]]; then
  keep=yes
elif [[ $keep ]]; then
  http_port=${PORT:-8080}
  check_port "$http_port" "$@"
fi

deploy/install.sh build runtime database ${models:+models}
if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
cmake --preset release --log-level=WARNING >"$home/cmake.log" || { cat "$home/cmake.log"; exit 1; }
cmake --build --preset release --target aura aura-serve

# No .env of the checkout may point elsewhere, and no variable that is for another database.
cd "$home"
unset AURA_TABLE DIRECT_URL "${!PG@}"
# The web server below, beside what is public.
export AURA_ALLOW_HOSTS=127.0.0.1
worker=$(kept_worker)
fetch_models
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
    enqueue "$item" "$(title_of "$item")" "Unknown artist"
  done
else
  samples=$checkout/tests/data/music
  while IFS=, read -r file _ _ _ title artist genre; do
    enqueue "$samples/$file" "$title" "$artist" "$genre"
  done < <(tail -n +2 "$samples/truth.csv")
fi

if [[ ! $worker ]]; then
  # In a session of its own: Ctrl-C and a closed terminal are for this script to pass on.
  PORT=$http_port SHUTDOWN_GRACE=${SHUTDOWN_GRACE:-5} setsid "$aura" worker >>worker.log 2>&1 {lock}>&- &
  worker=$!
  echo "$worker" >worker.pid
fi
echo
"$aura" status --wait "${jobs[@]}" &
follower=$!
# Ends with the worker, which may be no child of this script.
tail --pid="$worker" -f /dev/null {lock}>&- &
watch=$!
outcome=0
wait -n "$follower" "$watch" || outcome=$?
alive "$worker" || die "the worker has ended: see $home/worker.log"

picture=${music[0]-$checkout/tests/data/music/northbound.mp3}
echo
if [[ -f $picture ]] && "$aura" report "$picture" -o "$home/report.html"; then
  echo "A page about ${picture##*/}: $home/report.html"
fi
cat <<END
The rows are in the table "AuraAnalysis", the worker's log in $home/worker.log.
Next track:     ${there}deploy/quickstart.sh FILE|URL...
END
select='SELECT "trackTitle", "status", "hitFactor", "errorMessage" FROM "AuraAnalysis"'
if [[ $keep ]]; then
  page=$(port_of "$worker")
  cat <<END
The database and the worker go on running:
  export DATABASE_URL='$DATABASE_URL' AURA_MODELS=$(printf %q "$AURA_MODELS") PATH=$(printf %q "${aura%/*}"):"\$PATH"
Enqueue:        aura enqueue URL --title T --artist A --wait
The queue:      aura status${page:+, or http://localhost:$page in a browser}
The rows:       psql "\$DATABASE_URL" -c '$select'
End them:       ${there}deploy/quickstart.sh --stop
END
else
  stop_all
  with_models=
  [[ ! -e $AURA_MODELS/musicnn.safetensors ]] || with_models="AURA_MODELS=${there}build/quickstart/models "
  cat <<END
The database and the worker are stopped now; with --keep they go on running.
The rows:       psql "\$(${there}deploy/postgres.sh start ${there}build/quickstart/database)" -c '$select'
Stop again:     ${there}deploy/quickstart.sh --stop
No database:    ${with_models}${there}build/release/app/aura analyze FILE|URL...
A page:         ${with_models}${there}build/release/app/aura report FILE|URL -o report.html
END
fi
((outcome == 0))
