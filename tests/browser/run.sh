#!/bin/bash
# Drives the web page and a report in Debian's Chromium, against real workers and a private PostgreSQL.
# Leaves pictures of what it saw in build/screenshots.
#
#   tests/browser/run.sh [TEST...]   TEST as Python's unittest has it: Queue.test_retries_a_failure
#
# Installs what is missing first: Debian packages, and Playwright from PyPI into build/browser/venv.
set -euo pipefail
cd "$(dirname "$0")/../.."
home=build/browser

die() {
  echo "run.sh: $*" >&2
  exit 1
}

if [[ ${1-} == --help ]]; then
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"
  exit
fi

deploy/install.sh build runtime database browser
if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
cmake --preset release --log-level=WARNING >/dev/null
cmake --build --preset release --target aura

mkdir -p "$home"
wanted=tests/browser/requirements.txt
if ! cmp --quiet "$wanted" "$home/venv/installed.txt"; then
  python3 -m venv --clear "$home/venv"
  "$home/venv/bin/pip" install --quiet --requirement "$wanted" || die "Playwright can't be had from PyPI: see above"
  cp "$wanted" "$home/venv/installed.txt"
fi

trap 'deploy/postgres.sh remove "$home/database"' EXIT
deploy/postgres.sh remove "$home/database"
DATABASE_URL=$(deploy/postgres.sh start "$home/database")
export DATABASE_URL
export AURA=$PWD/build/release/app/aura
export MUSIC=$PWD/tests/data/music
export SCREENSHOTS=$PWD/build/screenshots
mkdir -p "$SCREENSHOTS"
rm -f "$SCREENSHOTS"/*.png
"$home/venv/bin/python" -m unittest discover --start-directory tests/browser --pattern '*_test.py' --failfast "${@/#/-k=}"
