# shellcheck shell=bash disable=SC2154
# What the scripts of this folder share. To be sourced in the checkout, with its path in $checkout and the folder for
# everything that is made in $home.

die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# Builds the targets in the release preset.
build_release() {
  mkdir -p "$home"
  if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
  cmake --preset release --log-level=WARNING >"$home/cmake.log" || {
    cat "$home/cmake.log"
    exit 1
  }
  cmake --build --preset release --target "$@" >&2
}

# Makes the Python environment $1 with what follows, as pip takes it, unless it is there.
python_with() {
  local venv=$1 wanted
  shift
  wanted=$(for word in "$@"; do if [[ -f $word ]]; then cat "$word"; else echo "$word"; fi; done)
  if [[ $(cat "$venv/installed.txt" 2>/dev/null) != "$wanted" ]]; then
    python3 -m venv --clear "$venv" && "$venv/bin/pip" install --quiet "$@" && echo "$wanted" >"$venv/installed.txt"
  fi
}

# Makes track $2, of $3 seconds, out of the sample music's $1, encoded as the further arguments say.
loop_music() {
  local from=$checkout/tests/data/music/$1 to=$home/tracks/$2 seconds=$3
  shift 3
  [[ ! -e $to ]] || return 0
  mkdir -p "${to%/*}"
  ffmpeg -v error -y -stream_loop -1 -i "$from" -t "$seconds" -ac 2 "$@" "$home/tracks/unfinished.${to##*.}"
  mv "$home/tracks/unfinished.${to##*.}" "$to"
}
