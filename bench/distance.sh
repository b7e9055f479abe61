#!/bin/bash
# Measures whole jobs through the queue with the database next door and far away: a proxy holds back what travels each
# way. Prints the table that README.md holds and writes the figures to build/bench/distance.json.
#
#   bench/distance.sh [JOBS]     of three minutes each; 200
#
#   RUNS=3         how often everything is measured; the table shows medians
#   ROUND_TRIP=80  milliseconds
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/prepare.sh
. bench/prepare.sh

build_release aura aura-serve
mapfile -t tracks < <(three_minutes)
start_database
"$bin/app/aura" migrate --with-queue-table >&2
serve "${tracks[@]}"
python3 "$checkout/bench/distance.py" "$bin/app/aura" "$served_url" "${1-200}" "${RUNS:-3}" "${ROUND_TRIP:-80}" "${tracks[@]##*/}"
