# shellcheck shell=bash disable=SC2034
# What the scripts of this folder share. To be sourced in the checkout, whose path is in $checkout from then on, and the
# folder for everything that is made in $home. Answers --help with the script's opening comment.

checkout=$PWD
home=$checkout/build/bench

if [[ ${1-} == -* ]]; then
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "bench/${0##*/}"
  [[ $1 == -h || $1 == --help ]] && exit 0
  exit 2
fi

die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# Builds the targets in the release preset.
build_release() {
  deploy/install.sh build runtime database bench
  mkdir -p "$home"
  if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
  cmake --preset release --log-level=WARNING >"$home/cmake.log" || {
    cat "$home/cmake.log"
    exit 1
  }
  cmake --build --preset release --target "$@" >&2
  bin=$checkout/build/release
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
  ffmpeg -v error -y -stream_loop -1 -i "$from" -t "$seconds" -ac 2 "$@" "$home/unfinished.${to##*.}"
  mv "$home/unfinished.${to##*.}" "$to"
}

beside=() # processes to end with the script
clean_up() {
  for process in "${beside[@]}"; do kill "$process" || true; done # it may have ended by itself
  "$checkout/deploy/postgres.sh" remove "$home/database"
}

# Goes to $home, where no .env of the checkout changes what is measured, and gives it a private database, empty, in
# $DATABASE_URL, that writes to disk as one in earnest does.
start_database() {
  cd "$home" || exit
  unset AURA_TABLE
  trap clean_up EXIT
  "$checkout/deploy/postgres.sh" remove database
  DATABASE_URL=$("$checkout/deploy/postgres.sh" start database --durable)
  export DATABASE_URL CACHE=user # see give_each_job_a_user() in measure.py
}

# Serves the tracks, under names that are plain in a URL, at $served_url, from folder $home/served, and lets aura fetch
# from there.
serve() {
  rm -rf "$home/served" "$home/port"
  mkdir "$home/served"
  local track name
  for track in "$@"; do
    name=${track##*/}
    name=${name//[^A-Za-z0-9._-]/_}
    [[ ! -e $home/served/$name ]] || die "two tracks are called $name"
    cp "$track" "$home/served/$name" # since the server follows no link out of its folder
  done
  "$checkout/build/release/tests/support/aura-serve" "$home/served" --port-file "$home/port" >"$home/serve.log" 2>&1 &
  beside+=($!)
  until [[ -s $home/port ]]; do
    kill -0 $! || die "the web server does not start: see $home/serve.log"
    sleep 0.05
  done
  served_url=http://127.0.0.1:$(cat "$home/port")
  export AURA_ALLOW_HOSTS=127.0.0.1
}

# Four tracks of three minutes, as people upload them.
three_minutes() {
  loop_music northbound.mp3 northbound.mp3 180 -ar 44100 -c:a libmp3lame -b:a 192k
  loop_music night_train.ogg night_train.ogg 180 -ar 44100 -c:a libvorbis -q:a 6
  loop_music mirror_ball.opus mirror_ball.flac 180 -ar 44100 -sample_fmt s16 -c:a flac
  loop_music slow_harbour.m4a slow_harbour.m4a 180 -ar 48000 -c:a aac -b:a 192k
  ls -d "$home"/tracks/*.*
}
