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
# shellcheck source=bench/prepare.sh
. bench/prepare.sh

tracks=()
for track in "$@"; do
  track=$(cd "$called_from" && realpath -e "$track") || exit
  tracks+=("$track")
done

build_release aura aura-serve
python_with "$home/venv" -r bench/requirements.txt

if ((${#tracks[@]} == 0)); then mapfile -t tracks < <(three_minutes); fi
start_database
"$bin/app/aura" migrate --with-queue-table >&2
serve "${tracks[@]}"
venv/bin/python "$checkout/bench/compare.py" "$bin/app/aura" served "$served_url" \
  "${RUNS:-3}" "${COPIES:-4}"
