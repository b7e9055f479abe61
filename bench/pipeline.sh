#!/bin/bash
# Measures whole jobs through the queue by number of threads and of replicas, the memory that two threads take for
# tracks of ten minutes, and how soon a worker is ready. Prints the tables that README.md holds, writes the figures to
# build/bench/pipeline.json and draws build/bench/pipeline.svg.
#
#   bench/pipeline.sh [JOBS]     of three minutes each; 200
#
#   RUNS=3         how often everything is measured; the tables show medians
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=bench/prepare.sh
. bench/prepare.sh

build_release aura aura-serve
python=python3
if python_with "$home/venv-plot" matplotlib >&2; then python=$home/venv-plot/bin/python; fi
mapfile -t short < <(three_minutes)
loop_music northbound.mp3 ten/ten_minutes.mp3 600 -ar 44100 -c:a libmp3lame -b:a 192k
loop_music mirror_ball.opus ten/ten_minutes.flac 600 -ar 44100 -sample_fmt s16 -c:a flac
start_database
"$bin/app/aura" migrate --with-queue-table >&2
serve "${short[@]}" "$home"/tracks/ten/*
servers=$(head -1 database/cluster/data/postmaster.pid),${beside[0]}
"$python" "$checkout/bench/pipeline.py" "$bin/app/aura" "$served_url" "$servers" "${1-200}" "${RUNS:-3}" "${short[@]##*/}"
