#!/bin/bash
# Builds and runs the benchmarks, prints their tables and writes each section's figures to build/bench/SECTION.json.
#
#   bench/run.sh [SECTION...]     micro, exactness, tracks, accuracy, similarity, fingerprints, pipeline, busy, distance;
#                                 without any, all of them
#
#   TRACKS='FILE...'   the tracks; otherwise the sample music, looped to six tracks of 2 to 5 minutes
#   RUNS=3             how often tracks are measured; the tables show medians
#   SIMILARITY=FOLDER  music with a truth.csv for the section similarity (bench/space.py says which columns)
set -euo pipefail
called_from=$PWD
cd "$(dirname "$0")/.."
# shellcheck source=bench/prepare.sh
. bench/prepare.sh

# The path of the Python of environment $1, which is made of the requirements that follow; '-' where they can't be had.
peer() {
  local venv=$home/$1
  shift
  python_with "$venv" "$@" >&2 || {
    echo "run.sh: can't install $*: its figures will be missing" >&2
    echo -
    return
  }
  echo "$venv/bin/python"
}

tracks() {
  if [[ ${TRACKS-} ]]; then
    local given
    read -ra given <<<"$TRACKS"
    (cd "$called_from" && realpath -e "${given[@]}")
    return
  fi
  loop_music northbound.mp3 long/northbound.mp3 300 -ar 44100 -c:a libmp3lame -b:a 192k
  loop_music slow_harbour.m4a long/slow_harbour.mp3 120 -ar 44100 -c:a libmp3lame -b:a 320k
  loop_music night_train.ogg long/night_train.ogg 180 -ar 44100 -c:a libvorbis -q:a 6
  loop_music corner_table.flac long/corner_table.ogg 240 -ar 48000 -c:a libvorbis -q:a 4
  loop_music mirror_ball.opus long/mirror_ball.flac 180 -ar 44100 -sample_fmt s16 -c:a flac
  loop_music lake_waltz.wav long/lake_waltz.flac 240 -ar 44100 -sample_fmt s16 -c:a flac
  ls -d "$home"/tracks/long/*
}

micro() {
  "$bin/bench/aura-bench-micro" micro.json
}

exactness() {
  if [[ $librosa == - ]]; then
    echo "Without librosa there is nothing to compare with."
    return
  fi
  mapfile -t files < <(tracks)
  "$librosa" "$checkout/bench/exactness.py" "$bin/app/aura" "$bin/bench/aura-bench-features" signals \
    "$librosa" "$(peer venv-newest librosa)" "${files[@]}"
}

tracks_section() {
  mapfile -t files < <(tracks)
  python3 "$checkout/bench/tracks.py" "$bin/app/aura" "$bin/bench/aura-bench-features" "${RUNS:-3}" "$librosa" \
    "$(peer venv-essentia essentia)" "${files[@]}"
}

# The path of a Python that has bliss-audio. 0.2.0, the newest, ends on processors without AVX-512.
bliss() {
  local python version
  for version in bliss-audio bliss-audio==0.1.11; do
    python=$(peer "venv-${version//==/-}" "$version")
    if [[ $python != - ]] &&
      echo "$checkout/tests/data/music/northbound.mp3" | "$python" "$checkout/bench/similarity_peer.py" bliss >/dev/null; then
      echo "$python"
      return
    fi
  done
  echo -
}

similarity() {
  if [[ ! ${SIMILARITY-} ]]; then
    echo "No music with styles is at hand: name a folder of it in SIMILARITY."
    return
  fi
  if [[ $librosa == - ]]; then
    echo "Without NumPy and SciPy nothing can be compared."
    return
  fi
  "$librosa" "$checkout/bench/similarity.py" "$bin/app/aura" "$(cd "$called_from" && realpath -e "$SIMILARITY")" \
    "bliss=$(bliss)" "musly=$(peer venv-musly pymusly)"
}

sections=("$@")
(($# > 0)) || sections=(micro exactness tracks accuracy similarity fingerprints pipeline busy distance)
build_release aura aura-bench-features aura-bench-micro
librosa=$(peer venv -r bench/requirements.txt)
cd "$home"
for section in "${sections[@]}"; do
  echo "## $section"
  echo
  case $section in
    micro | exactness | similarity) "$section" ;;
    tracks) tracks_section ;;
    accuracy | fingerprints | pipeline | busy | distance) "$checkout/bench/$section.sh" ;;
    *) die "there is no section $section" ;;
  esac
  echo
done
