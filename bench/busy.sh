#!/bin/bash
# Measures how busy two threads stay while every download takes 2 seconds, four times as long as the work on it. Prints
# the table that README.md holds.
#
#   bench/busy.sh [JOBS]     200
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/prepare.sh
. bench/prepare.sh

build_release aura
start_database
"$bin/app/aura" migrate --with-queue-table >&2
python3 "$checkout/bench/busy.py" "$bin/app/aura" "$checkout/tests/data/music/northbound.mp3" "${1-200}"
