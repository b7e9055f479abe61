#!/bin/bash
# Runs the tests of lib/postgres and lib/queue, without their long walks, and those of pgvector against PostgreSQL versions that Debian
# doesn't have: VERSION.txt names a package of PyPI that holds the server, 18 with pgvector. What can't be had is skipped, with a line
# that says so.
#
#   tests/postgres/run.sh [VERSION...]     default: all
set -euo pipefail
cd "$(dirname "$0")/../.."

if [[ ${1-} == -* ]]; then
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"
  [[ $1 == -h || $1 == --help ]] && exit 0
  exit 2
fi
versions=("$@")
if ((${#versions[@]} == 0)); then
  for wanted in tests/postgres/[0-9]*.txt; do versions+=("$(basename "$wanted" .txt)"); done
fi

deploy/install.sh build runtime database test versions
if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
cmake --preset asan --log-level=WARNING >/dev/null
cmake --build --preset asan --target test_queue test_postgres test_catalogue test_worker test_integration

mkdir -p build/postgres
home=$(realpath build/postgres)
# PostgreSQL runs as an account of its own where we are root, and that must get there.
if ((EUID == 0)) && ! setpriv --reuid=postgres --regid=postgres --init-groups test -x "$home"; then
  home=$(mktemp -d /var/tmp/aura-postgres.XXXXXX)
  chmod 755 "$home"
fi
database=build/postgres/database

clean_up() {
  deploy/postgres.sh remove "$database"
  [[ $home == "$PWD"/* ]] || rm -rf "$home"
}
trap clean_up EXIT

# Whether the server of version `$1` is in `$home/$1`, or can be brought there.
install() {
  local wanted=tests/postgres/$1.txt
  if cmp --quiet "$wanted" "$home/$1/installed.txt"; then return; fi
  rm -rf "${home:?}/$1"
  [[ -x $home/venv/bin/pip ]] || python3 -m venv "$home/venv"
  "$home/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
    --requirement "$wanted" --target "$home/$1" && cp "$wanted" "$home/$1/installed.txt"
}

# Runs the tests against version `$1`.
try() {
  local version=$1 bins status=0
  bins=("$home/$version"/*/pginstall/bin)
  export AURA_POSTGRES_BIN=${bins[0]}
  deploy/postgres.sh remove "$database"
  AURA_TEST_DATABASE_URL=$(deploy/postgres.sh start "$database") || return
  export AURA_TEST_DATABASE_URL
  ctest --preset asan --parallel "$(nproc)" --no-tests=error --quiet --output-log "build/postgres/$version.log" \
    --tests-regex '^(queue|postgres):|^(catalogue|worker|integration):pgvector:' --exclude-regex '^queue:model' --label-exclude '^long$' || status=1
  ((status == 0)) || cat "build/postgres/$version.log"
  echo "$("${bins[0]}/postgres" --version): $(grep 'tests passed' "build/postgres/$version.log")"
  return "$status"
}

export UBSAN_OPTIONS=print_stacktrace=1
outcome=0
skipped=()
for version in "${versions[@]}"; do
  if install "$version" &>"build/postgres/$version.log"; then
    try "$version" || outcome=1
  elif grep -q 'DO NOT MATCH THE HASHES' "build/postgres/$version.log"; then
    echo "PostgreSQL $version: PyPI gives another file than tests/postgres/$version.txt names"
    outcome=1
  else
    echo "PostgreSQL $version: skipped, since PyPI doesn't give it to this machine: see build/postgres/$version.log"
    skipped+=("$version")
  fi
done
echo "$((${#versions[@]} - ${#skipped[@]})) of ${#versions[@]} versions tried, ${#skipped[@]} skipped"
((outcome == 0))
