#!/bin/bash
# Compares the tempo and the key that AURA, librosa, aubio and Essentia find with the truth, and what is defined as
# Essentia's with Essentia's, prints the tables that README.md holds and writes the figures to build/bench/accuracy.json.
#
#   bench/accuracy.sh [CORPUS]     a folder with audio files and truth.csv; without one, the sample music
#
# truth.csv has the columns file, bpm and key ("C major"; may be empty), and perhaps onset_rate. Where truth_notes.csv
# beside it says of a file that octave_clear is no, only Accuracy2 counts it. aubio is Debian's, which this installs.
set -euo pipefail
called_from=$PWD
cd "$(dirname "$0")/.."
# shellcheck source=bench/prepare.sh
. bench/prepare.sh

corpus=$(cd "$called_from" && realpath -e "${1:-$checkout/tests/data/music}")
[[ -e $corpus/truth.csv ]] || die "$corpus has no truth.csv"

build_release aura
librosa=- essentia=- aubio=-
if python_with "$home/venv" -r bench/requirements.txt >&2; then librosa=$home/venv/bin/python; fi
if python_with "$home/venv-essentia" essentia >&2; then essentia=$home/venv-essentia/bin/python; fi
if /usr/bin/python3 -c 'import aubio' 2>/dev/null; then aubio=/usr/bin/python3; fi

cd "$home"
python3 "$checkout/bench/accuracy.py" "$bin/app/aura" "$corpus" "$librosa" "$aubio" "$essentia"
