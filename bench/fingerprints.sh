#!/bin/bash
# Makes variants of tracks (other encodings, levels, starts), counts how many of them are recognised and how many different
# tracks are taken for one recording, measures the cost, prints the tables that README.md holds and writes the figures to
# build/bench/fingerprints/fingerprints.json.
#
#   bench/fingerprints.sh [TRACK...]     tracks of different recordings; without any, the sample music
set -euo pipefail
called_from=$PWD
cd "$(dirname "$0")/.."
# shellcheck source=bench/prepare.sh
. bench/prepare.sh

files=("$checkout"/tests/data/music/*.{flac,m4a,mp3,ogg,opus,wav})
(($# == 0)) || mapfile -t files < <(cd "$called_from" && realpath -e "$@")

build_release aura-bench-fingerprints
loop_music northbound.mp3 long/three_minutes.mp3 180 -ar 44100 -c:a libmp3lame -b:a 192k
cd "$home"
python3 "$checkout/bench/fingerprints.py" "$bin/bench/aura-bench-fingerprints" fingerprints tracks/long/three_minutes.mp3 "${files[@]}"
