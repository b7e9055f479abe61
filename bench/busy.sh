#!/bin/bash
# Measures how busy two threads stay while every download takes 2 seconds, four times as long as the work on it. Prints
# the table that README.md holds.
#
#   bench/busy.sh [JOBS]     200
set -euo pipefail
cd "$(dirname "$0")/.."
checkout=$PWD
home=$checkout/build/bench

if [[ ${1-} == -* ]]; then
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' bench/busy.sh
  [[ $1 == -h || $1 == --help ]] && exit 0
  exit 2
fi

deploy/install.sh build runtime database bench
mkdir -p "$home"
if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
cmake --preset release --log-level=WARNING >"$home/cmake.log" || { cat "$home/cmake.log"; exit 1; }
cmake --build --preset release --target aura >&2

# No .env of the checkout may change what is measured.
cd "$home"
unset AURA_TABLE
trap '"$checkout/deploy/postgres.sh" remove "$home/busy-database"' EXIT
"$checkout/deploy/postgres.sh" remove busy-database
DATABASE_URL=$("$checkout/deploy/postgres.sh" start busy-database)
export DATABASE_URL
"$checkout/build/release/app/aura" migrate --with-queue-table >&2
python3 "$checkout/bench/busy.py" "$checkout/build/release/app/aura" "$checkout/tests/data/music/northbound.mp3" "${1-200}"
