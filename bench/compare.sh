#!/bin/bash
# Compares AURA with FFmpeg's bare decoding and with the Python worker that it takes the place of, in one run
# on this machine, and prints the tables that README.md holds.
#
#   bench/compare.sh [TRACK...]     without tracks: the sample music, looped to 3 minutes
#
#   RUNS=3         how often everything is measured; the tables show medians
#   COPIES=4       how often each track is in the queue
set -euo pipefail
called_from=$PWD
cd "$(dirname "$0")/.."
checkout=$PWD
home=$checkout/build/bench
# shellcheck source=bench/prepare.sh
. bench/prepare.sh

make_tracks() {
  loop_music northbound.mp3 northbound.mp3 180 -ar 44100 -c:a libmp3lame -b:a 192k
  loop_music night_train.ogg night_train.ogg 180 -ar 44100 -c:a libvorbis -q:a 6
  loop_music mirror_ball.opus mirror_ball.flac 180 -ar 44100 -sample_fmt s16 -c:a flac
  loop_music slow_harbour.m4a slow_harbour.m4a 180 -ar 48000 -c:a aac -b:a 192k
}

clean_up() {
  if [[ ${server-} ]]; then kill "$server" || true; fi # it may have ended by itself
  deploy/postgres.sh remove "$home/database"
}

if [[ ${1-} == -* ]]; then
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' bench/compare.sh
  [[ $1 == -h || $1 == --help ]] && exit 0
  exit 2
fi
tracks=()
for track in "$@"; do
  track=$(cd "$called_from" && realpath -e "$track") || exit
  tracks+=("$track")
done

deploy/install.sh build runtime database bench
build_release aura aura-serve
python_with "$home/venv" -r bench/requirements.txt

if ((${#tracks[@]} == 0)); then
  make_tracks
  tracks=("$home"/tracks/*.*)
fi
# Copies, since the server follows no link out of its folder, under names that are plain in a URL.
rm -rf "$home/served" "$home/port"
mkdir "$home/served"
for track in "${tracks[@]}"; do
  name=${track##*/}
  name=${name//[^A-Za-z0-9._-]/_}
  [[ ! -e $home/served/$name ]] || die "two tracks are called $name"
  cp "$track" "$home/served/$name"
done

# No .env of the checkout may change what is measured.
cd "$home"
unset AURA_TABLE
# The web server below.
export AURA_ALLOW_HOSTS=127.0.0.1
trap 'cd "$checkout" && clean_up' EXIT
"$checkout/deploy/postgres.sh" remove database
DATABASE_URL=$("$checkout/deploy/postgres.sh" start database --durable)
export DATABASE_URL
"$checkout/build/release/app/aura" migrate --with-queue-table >&2
"$checkout/build/release/tests/support/aura-serve" served --port-file port >serve.log 2>&1 &
server=$!
until [[ -s port ]]; do
  kill -0 "$server" || die "the web server does not start: see $home/serve.log"
  sleep 0.05
done

venv/bin/python "$checkout/bench/compare.py" "$checkout/build/release/app/aura" served \
  "http://127.0.0.1:$(cat port)" "${RUNS:-3}" "${COPIES:-4}"
